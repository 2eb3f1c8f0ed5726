namespace Kioto;

/// <summary>What a select of a certain number of arms needs to know of them.</summary>
/// <typeparam name="TSelf">The result: which arm won, and with what.</typeparam>
internal interface ISelected<TSelf>
    where TSelf : struct, ISelected<TSelf>
{
    /// <summary>Makes empty arms of the right types.</summary>
    /// <returns>The arms.</returns>
    static abstract Arm[] MakeArms();

    /// <summary>Takes the result of the winner.</summary>
    /// <param name="arms">The arms.</param>
    /// <param name="winner">Which one won.</param>
    /// <returns>The result.</returns>
    static abstract TSelf Collect(Arm[] arms, int winner);
}
