using System;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>A task without a result that is aborted when this is disposed: <c>using var task = Kio.Spawn(...).AbortOnDispose();</c></summary>
/// <remarks>
/// As tokio-util's <c>AbortOnDropHandle</c>. <see cref="Dispose"/> does not wait; <c>await using</c> waits until the task has
/// cleaned up. After the task's end disposing does nothing.
/// </remarks>
public sealed class AbortOnDispose : IDisposable, IAsyncDisposable
{
    private readonly JoinHandle _handle;
    private bool _detached;

    internal AbortOnDispose(JoinHandle handle)
    {
        _ = handle.IsFinished; // Throws for a default value.
        _handle = handle;
    }

    /// <summary>The task's id.</summary>
    public TaskId Id => _handle.Id;

    /// <summary>Whether the task has ended and its cleanup with it.</summary>
    public bool IsFinished => _handle.IsFinished;

    /// <summary>Refers to the task only to stop it.</summary>
    public AbortHandle AbortHandle => _handle.AbortHandle;

    /// <summary>Asks the task to stop, without waiting.</summary>
    public void Abort() => _handle.Abort();

    /// <summary>Lets the task live on when this is disposed.</summary>
    /// <returns>The task's handle.</returns>
    public JoinHandle Detach()
    {
        _detached = true;
        return _handle;
    }

    /// <summary>Waits for the task's end without throwing what it threw. Cancel safe.</summary>
    /// <returns>How the task ended.</returns>
    [CancelSafe]
    public Future<JoinResult> JoinAsync() => _handle.JoinAsync();

    /// <summary>Used by <c>await</c>, which throws what the task threw, or <see cref="TaskAbortedException"/>.</summary>
    /// <returns>The awaiter.</returns>
    public FutureAwaiter GetAwaiter() => _handle.GetAwaiter();

    /// <summary>Aborts the task, unless it was detached. Does not wait.</summary>
    public void Dispose()
    {
        if (!_detached)
        {
            _handle.Abort();
        }
    }

    /// <summary>Aborts the task and waits until it has cleaned up, unless it was detached.</summary>
    /// <returns>The future to await. It does not throw what the task threw.</returns>
    public async Future DisposeAsync()
    {
        if (!_detached)
        {
            _handle.Abort();
            await _handle.JoinAsync();
        }
    }

    async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();
}
