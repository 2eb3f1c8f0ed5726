namespace Kioto;

/// <summary>What a join of a certain number of arms needs to know of them.</summary>
/// <typeparam name="T">The tuple of the results.</typeparam>
internal interface IJoined<T>
{
    /// <summary>Makes empty arms of the right types.</summary>
    /// <returns>The arms.</returns>
    static abstract Arm[] MakeArms();

    /// <summary>Takes the results of arms that have all ended with one.</summary>
    /// <param name="arms">The arms.</param>
    /// <returns>The tuple.</returns>
    static abstract T Collect(Arm[] arms);
}
