using System.Collections.Generic;

namespace ModelChecking;

// Waiting for other threads: their end, a wake-up, a lock.
internal sealed partial class Execution
{
    private readonly List<ModelThread> _sleepers = [];

    internal void Join(ModelThread thread, ModelThread other)
    {
        // No scheduling point of its own: other threads cannot tell when this one begins to wait.
        Fence(thread);
        if (other.State != ThreadState.Finished)
        {
            Block(thread, other, ThreadState.Blocked);
            thread.Fresh = other.Stores.Count == 0;
        }
        else if (other.Stores.Count > 0)
        {
            Point(thread);
        }

        // The end of a thread, and that it was waited for, order its stores before all that follows.
        Drain(other);
        Trace?.Add(thread, $"joined T{other.Id}");
    }

    /// <summary>Sleeps until woken if the location still has the expected value; false when the time is over.</summary>
    internal bool FutexWait(ModelThread thread, ref int location, int expected, bool timed)
    {
        BeforeAtomic(thread, ref Bytes(ref location));
        if (location != expected)
        {
            Trace?.Add(thread, $"Futex.Wait({Trace.Name(ref Bytes(ref location), Locations)}): it is {location}, not {expected}");
            return true;
        }

        int id = Locations.IdOf(ref Bytes(ref location));
        if (_spuriousWakes < _options.SpuriousWakes && Choose(2) == 1)
        {
            _spuriousWakes++;
            Trace?.Add(thread, $"Futex.Wait({Trace.Name(id, Locations)}): spurious wake-up");
            return true;
        }

        Trace?.Add(thread, $"Futex.Wait({Trace.Name(id, Locations)}): sleeps at {location}");
        _sleepers.Add(thread);
        if (timed)
        {
            // A loop around a timed wait must not starve the thread that would end it.
            GiveWay(thread);
        }

        Block(thread, id, timed ? ThreadState.TimedWait : ThreadState.Blocked);
        if (thread.State == ThreadState.TimedWait)
        {
            thread.State = ThreadState.Running;
            _sleepers.Remove(thread);
            Trace?.Add(thread, "Futex.Wait: the time is over");
            return false;
        }

        thread.Fresh = true;
        return true;
    }

    /// <summary>Wakes up to <paramref name="count"/> threads; which of several is not for the caller to know.</summary>
    internal void FutexWake(ModelThread thread, ref int location, int count)
    {
        Point(thread);
        Drain(thread);
        int id = Locations.IdOf(ref Bytes(ref location));
        List<ModelThread> sleepers = _sleepers.FindAll(sleeper => sleeper.BlockedOn is int place && place == id);
        Trace?.Add(thread, $"Futex.Wake({Trace.Name(id, Locations)}): {sleepers.Count} asleep");
        while (sleepers.Count > 0 && count-- > 0)
        {
            int chosen = Choose(count + 1L >= sleepers.Count ? 1 : sleepers.Count);
            Progress(thread);
            _sleepers.Remove(sleepers[chosen]);
            sleepers[chosen].State = ThreadState.Running;
            sleepers.RemoveAt(chosen);
        }
    }

    internal bool TryLock(ModelThread thread, ModelLock held, bool wait)
    {
        Point(thread);
        Drain(thread);
        while (held.Owner is not null && held.Owner != thread)
        {
            if (!wait)
            {
                Trace?.Add(thread, "Lock.TryEnter: held");
                return false;
            }

            Block(thread, held, ThreadState.Blocked);
        }

        held.Owner = thread;
        held.Depth++;
        Progress(thread);
        Trace?.Add(thread, "Lock.Enter");
        return true;
    }

    internal void Unlock(ModelThread thread, ModelLock held)
    {
        Point(thread);
        Drain(thread);
        Progress(thread);
        Trace?.Add(thread, "Lock.Exit");
        if (--held.Depth == 0)
        {
            held.Owner = null;
            Unblock(held);
        }
    }

    private void Unblock(object blocker)
    {
        for (int i = 0; i < _threadCount; i++)
        {
            ModelThread thread = _pool[i];
            if (thread.State == ThreadState.Blocked && ReferenceEquals(thread.BlockedOn, blocker))
            {
                thread.State = ThreadState.Running;
            }
        }
    }
}
