using System.Threading.Tasks;

namespace Kioto.SyncTests;

/// <summary>A task of a runtime, or a .NET Task.</summary>
internal sealed class Job
{
    private readonly JoinHandle _handle;
    private readonly Task? _task;

    internal Job(JoinHandle handle) => _handle = handle;

    internal Job(Task task) => _task = task;

    internal bool IsFinished => _task?.IsCompleted ?? _handle.IsFinished;

    internal void Abort() => _handle.Abort();

    internal async Future Join()
    {
        if (_task is { } task)
        {
            await task;
        }
        else
        {
            await _handle;
        }
    }

    /// <summary>Aborts, and waits until it has been unwound.</summary>
    internal async Future Cancel()
    {
        Abort();
        await _handle.JoinAsync();
    }
}
