using System;
using System.Numerics;

namespace ModelChecking;

// Who runs next.
internal sealed partial class Execution
{
    private Fairness? _fairness;
    private bool _lostControl;

    /// <summary>Whether threads are left alone until they block, and stores become visible at once.</summary>
    internal bool Calm { get; set; }

    /// <summary>A scheduling point: another thread may run before what the running thread does next.</summary>
    internal void Point(ModelThread thread)
    {
        if (Failure is not null)
        {
            thread.Abort();
        }

        CountStep(thread);
        if (thread.Fresh)
        {
            thread.Fresh = false;
            return;
        }

        if (Calm)
        {
            HitBound = true;
            return;
        }

        Continue(thread, Pick(thread, thread.Bit));
    }

    /// <summary>
    /// The thread can only wait for others to get on: any other thread goes first, at no cost to the preemption bound.
    /// </summary>
    internal void Yield(ModelThread thread)
    {
        if (Failure is not null)
        {
            thread.Abort();
        }

        CountStep(thread);
        thread.Spins++;
        GiveWay(thread);
        Continue(thread, Pick(thread, 0, othersFirst: true));
        thread.Fresh = true;
    }

    /// <summary>The thread's body is over: its OS thread takes the baton on and waits for another execution.</summary>
    internal void Exit(ModelThread thread)
    {
        thread.State = ThreadState.Finished;
        if (Failure is null)
        {
            Trace?.Add(thread, "end");
            Unblock(thread);
        }

        if (Failure is null && Pick(thread, 0) is { } next)
        {
            next.Baton.Pass();
        }
        else
        {
            PassOnAbort();
        }
    }

    /// <summary>After a failure, threads unwind one by one; thread 0, which reports, comes last.</summary>
    internal void PassOnAbort()
    {
        for (int i = _threadCount - 1; i > 0; i--)
        {
            ModelThread thread = _pool[i];
            if (thread.State == ThreadState.NotStarted)
            {
                thread.State = ThreadState.Finished;
            }
            else if (thread.State is not (ThreadState.Finished or ThreadState.Stuck))
            {
                thread.Baton.Pass();
                return;
            }
        }

        _pool[0].Baton.Pass();
    }

    private void Unwind(ModelThread main)
    {
        if (!_lostControl)
        {
            // When all others are done already, this passes the baton to thread 0 itself.
            PassOnAbort();
            main.Baton.Wait();
        }

        if (_lostControl || _pool.Exists(thread => thread.State == ThreadState.Stuck))
        {
            // Some OS thread has not come back, and may yet; the next execution starts with new ones.
            _pool.ForEach(thread => thread.Stop());
            _pool.Clear();
        }
    }

    /// <summary>Blocks the thread until another makes it <see cref="ThreadState.Running"/> and it is chosen.</summary>
    private void Block(ModelThread thread, object on, ThreadState state)
    {
        thread.State = state;
        thread.BlockedOn = on;
        Continue(thread, Pick(thread, 0));
        thread.BlockedOn = null;
    }

    private void GiveWay(ModelThread thread)
    {
        _fairness ??= new Fairness();
        _fairness.Yielded(thread.Id, Enabled());
        _strategy.Yielded(thread.Id);
    }

    /// <summary>Chooses the next thread; null and a failure if none can run.</summary>
    /// <param name="current">The thread that holds the baton.</param>
    /// <param name="running">Its bit if it could go on, so that choosing another is a preemption; otherwise zero.</param>
    /// <param name="othersFirst">Whether the thread itself is no candidate unless it is the only one.</param>
    private ModelThread? Pick(ModelThread current, ulong running, bool othersFirst = false)
    {
        ulong enabled = Enabled();
        ulong candidates = enabled;
        if (_fairness is not null)
        {
            _fairness.Stepped(current.Id, enabled);
            candidates = _fairness.Filter(enabled);
        }

        if (othersFirst && candidates != current.Bit)
        {
            candidates &= ~current.Bit;
        }

        running &= candidates;
        if (running != 0 && candidates != running && _preemptions >= _preemptionBound)
        {
            HitBound = true;
            candidates = running;
        }

        if (candidates == 0)
        {
            Fail(FailureKind.Deadlock, current, null);
            return null;
        }

        ModelThread next = _pool[ChooseThread(candidates, running, current.Id)];
        if (running != 0 && next != current)
        {
            _preemptions++;
        }

        _fairness?.Chosen(next.Id);
        return next;
    }

    private int ChooseThread(ulong candidates, ulong running, int current)
    {
        if (BitOperations.IsPow2(candidates))
        {
            return BitOperations.TrailingZeroCount(candidates);
        }

        if (Calm)
        {
            // The next in turn.
            HitBound = true;
            ulong later = candidates & ~((2UL << current) - 1);
            return BitOperations.TrailingZeroCount(later != 0 ? later : candidates);
        }

        Span<int> threads = stackalloc int[MaxThreads];
        int count = 0;
        if (running != 0)
        {
            threads[count++] = current;
        }

        for (ulong rest = candidates & ~running; rest != 0; rest &= rest - 1)
        {
            threads[count++] = BitOperations.TrailingZeroCount(rest);
        }

        int choice = _strategy.ChooseThread(threads[..count], running != 0 ? current : -1);
        _choices.Add(choice);
        return threads[choice];
    }

    private void Continue(ModelThread thread, ModelThread? next)
    {
        if (next is null)
        {
            thread.Abort();
        }

        if (next == thread)
        {
            return;
        }

        next!.Baton.Pass();
        WaitForBaton(thread);
        if (Failure is not null)
        {
            thread.Abort();
        }
    }

    private void WaitForBaton(ModelThread thread)
    {
        if (thread.Id != 0)
        {
            thread.Baton.Wait();
            return;
        }

        int steps = Steps;
        while (!thread.Baton.Wait((int)_options.Patience.TotalMilliseconds))
        {
            if (Steps == steps)
            {
                _lostControl = true;
                throw new TimeoutException(
                    $"No operation for {_options.Patience}: a thread of the model blocks or loops outside the model's control.");
            }

            steps = Steps;
        }
    }

    private void CountStep(ModelThread thread)
    {
        if (++Steps > _options.MaxSteps)
        {
            Fail(FailureKind.Livelock, thread, null);
            thread.Abort();
        }
    }

    private ulong Enabled()
    {
        ulong enabled = 0;
        for (int i = 0; i < _threadCount; i++)
        {
            ModelThread thread = _pool[i];
            if (thread.State is ThreadState.NotStarted or ThreadState.Running or ThreadState.TimedWait)
            {
                enabled |= thread.Bit;
            }
        }

        return enabled;
    }
}
