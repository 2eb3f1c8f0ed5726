using System.Threading;

namespace Kioto;

/// <content>The core: who holds it, and who waits for it.</content>
internal sealed partial class CurrentThreadScheduler
{
    // What the core's holder drove when it took it: it polls for that one, and this one is shut down from inside.
    private Scheduler? _drivenBefore;

    private bool TryTakeCore(Ambient ambient, BlockOnStrand? strand)
    {
        using (_lock.EnterScope())
        {
            if (_holder is not null)
            {
                if (strand is not null && !_waiting.Contains(strand))
                {
                    _waiting.Add(strand);
                }

                return false;
            }

            if (strand is not null)
            {
                _waiting.Remove(strand);
            }

            Volatile.Write(ref _holder, ambient); // ORDERING: under the lock; see HoldsCore.
        }

        _counters.Begin(IsTimed);
        _drivenBefore = ambient.Driven;
        ambient.Driven = this;
        strand?.SetDriving(this);
        return true;
    }

    private void GiveCore(BlockOnStrand? strand)
    {
        strand?.SetDriving(null);
        LeaveCore(Ambient.Current);
        BlockOnStrand? next = null;

        // ORDERING: under the lock; HoldsCore reads it without, for its own thread only.
        using (_lock.EnterScope())
        {
            Volatile.Write(ref _holder, null);
            if (_waiting.Count > 0)
            {
                next = _waiting[0];
            }
        }

        next?.Wake();
    }

    private void LeaveCore(Ambient ambient)
    {
        ambient.IdleTimers.TakeBack(ambient);
        ambient.Driven = _drivenBefore;
        ambient.Closing = null;
        _counters.End();
    }

    // A thread that was woken to take the core but whose own future completed passes the core on.
    private void StopWaiting(BlockOnStrand strand)
    {
        BlockOnStrand? next = null;
        using (_lock.EnterScope())
        {
            _waiting.Remove(strand);
            if (_holder is null && _waiting.Count > 0)
            {
                next = _waiting[0];
            }
        }

        next?.Wake();
    }
}
