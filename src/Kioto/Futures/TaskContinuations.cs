using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>Whether somebody already awaits the Task of an async method, seen from the method's own continuation.</summary>
/// <remarks>
/// A method of a foreign builder that awaits a future for the first time is called by the strand that runs: nobody has
/// its Task yet. When somebody has, it is the continuation of a Task that this strand's code has just completed, which
/// .NET runs inline: it belongs to another strand, and cancelling this one must not reach it.
/// </remarks>
internal static class TaskContinuations
{
    private static readonly bool s_readable = Probe();

    /// <summary>Whether the method behind a continuation is awaited. False where nobody can tell.</summary>
    /// <param name="continuation">What the method's builder gave.</param>
    /// <returns>True if it is.</returns>
    internal static bool IsAwaited(Action continuation) =>
        s_readable && continuation.Target is Task task && Field(task) is not null;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "m_continuationObject")]
    private static extern ref object? Field(Task task);

    private static bool Probe()
    {
        try
        {
            TaskCompletionSource source = new();
            bool before = Field(source.Task) is not null;
            source.Task.GetAwaiter().UnsafeOnCompleted(static () => { });
            return !before && Field(source.Task) is not null;
        }
        catch (MissingFieldException)
        {
            return false;
        }
    }
}
