using System.Runtime.CompilerServices;

namespace Kioto.Tests;

/// <summary>The time that a task has to clean up.</summary>
internal static class Grace
{
    /// <summary>Ends it, as if its timer had fired: the cancellation is delivered again. A shield's only reports.</summary>
    /// <param name="handle">A task that is being cancelled.</param>
    internal static void End(JoinHandle handle)
    {
        if (Extras(handle.Unwrap())?.Grace is { IsForShield: false } grace)
        {
            grace.Wake();
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_extras")]
    private static extern ref StrandExtras? Extras(Strand strand);
}
