using System.Threading;

namespace Kioto.Tool.Bench;

/// <summary>Told by the tasks that keep workers busy whether to go on, and told when they have ended.</summary>
internal sealed class BackgroundLoad(int tasks)
{
    private int _alive = tasks;
    private volatile bool _stopped;

    public bool GoesOn => !_stopped;

    public void Stop() => _stopped = true;

    /// <summary>Each of the tasks calls it once, last.</summary>
    public void Ended() => Interlocked.Decrement(ref _alive);

    /// <summary>The runtime is used again: it must be idle by then.</summary>
    public void WaitForEnd() => SpinWait.SpinUntil(() => Volatile.Read(ref _alive) == 0);
}
