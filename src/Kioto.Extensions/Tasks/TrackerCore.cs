using Kioto.Sync;

namespace Kioto;

/// <summary>Counts, and who waits until there is nothing to count.</summary>
internal sealed class TrackerCore
{
    private readonly Notify _ended = new();

    // A mutable struct: not readonly.
    private TrackerState _state;

    internal bool IsClosed => _state.IsClosed;

    internal long Count => _state.Count;

    internal void Enter() => _state.TransitionToEntered();

    internal void Exit() => Tell(_state.TransitionToExited());

    internal bool Close() => Tell(_state.TransitionToClosed());

    internal bool Reopen() => Tell(_state.TransitionToOpen());

    /// <summary>Waits for a moment, from now on, at which it is closed and empty.</summary>
    /// <returns>A future that is ready then, also if it is reopened before the future is polled again.</returns>
    internal Future WaitAsync()
    {
        if (_state.IsEnded)
        {
            return Future.Completed;
        }

        // Made before the look: a notification from now on reaches it.
        Future ended = _ended.NotifiedAsync();
        return _state.IsEnded ? Future.Completed : ended;
    }

    private bool Tell(TrackerChange change)
    {
        if (change == TrackerChange.Ended)
        {
            _ended.NotifyWaiters();
        }

        return change != TrackerChange.None;
    }
}
