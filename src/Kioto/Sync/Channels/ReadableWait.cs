using System.Threading.Tasks;

namespace Kioto.Sync;

/// <summary>
/// Stands where a receiver waits, and takes nothing: it says that there may be a value, which somebody else may have
/// taken by then, as with .NET's readers; or that nothing comes any more.
/// </summary>
/// <param name="channel">The channel.</param>
internal sealed class ReadableWait(IReadable channel) : WakeTarget
{
    private readonly TaskCompletionSource<bool> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether it has been woken.</summary>
    internal bool IsOver => _source.Task.IsCompleted;

    /// <summary>Ends with whether there may be something to read.</summary>
    internal System.Threading.Tasks.Task<bool> Task => _source.Task;

    internal override void Wake() => _source.TrySetResult(!channel.IsOver);
}
