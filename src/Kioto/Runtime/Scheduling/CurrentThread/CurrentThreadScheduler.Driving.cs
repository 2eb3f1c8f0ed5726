using System.Threading;

namespace Kioto;

/// <content>Who drives: threads in BlockOn, one after another, or the worker whose only thread this is.</content>
internal sealed partial class CurrentThreadScheduler
{
    internal override void BlockOn(BlockOnStrand strand)
    {
        if (_boundTo is { } bound && !ReferenceEquals(bound, Ambient.Current))
        {
            strand.RunOnThread(this);
            return;
        }

        using EnterScope scope = EnterScope.ForBlockOn(this);
        Ambient ambient = scope.Ambient;
        while (!TryTakeCore(ambient, strand))
        {
            if (strand.Turn(ambient, this))
            {
                StopWaiting(strand);
                return;
            }

            strand.Park(this);
        }

        try
        {
            Drive(ambient, strand);
        }
        finally
        {
            if (_boundTo is not null && _closed)
            {
                CleanUp(ambient); // Shut down from inside: no other thread may take over.
            }

            GiveCore(strand);
        }
    }

    /// <summary>The body of the thread of one worker of several: returns when the runtime has been shut down.</summary>
    internal void RunWorker()
    {
        using (EnterScope scope = EnterScope.ForBlockOn(this))
        {
            Ambient ambient = scope.Ambient;
            TryTakeCore(ambient, null); // And never gives it away.
            ambient.Worker = this;
            while (!Volatile.Read(ref _closed) || !CleanUpStep(ambient)) // ORDERING: seen late, it is done late.
            {
                if (RunSome(ambient))
                {
                    Driver.Timers.Wait(0);
                }
                else
                {
                    Sleep(null);
                }
            }

            ThreadHooks?.Stopping(_index);
            LeaveCore(ambient);
            ambient.Worker = null;
        }

        _group!.Ended();
    }

    /// <summary>Runs what is ready, or waits for a moment, if nobody else drives. On a thread that polls nothing.</summary>
    /// <returns>Whether this thread drove.</returns>
    internal bool TryDrive()
    {
        Ambient ambient = Ambient.Current;
        if ((_boundTo is { } bound && !ReferenceEquals(bound, ambient)) || !TryTakeCore(ambient, null))
        {
            return false;
        }

        using (EnterScope scope = EnterScope.ForBlockOn(this))
        {
            if (!RunSome(ambient))
            {
                WaitForEvents(null, ShutdownPollNanos);
            }
        }

        GiveCore(null);
        return true;
    }

    private void Drive(Ambient ambient, BlockOnStrand strand)
    {
        while (true)
        {
            if (strand.Turn(ambient, this))
            {
                return;
            }

            if (Volatile.Read(ref _closed) && CleanUpStep(ambient)) // ORDERING: seen late, it is done late.
            {
                // The runtime has ended, and its driver with it; the future may still wait for somebody else.
                strand.Park(this);
            }
            else if (RunSome(ambient))
            {
                Driver.Timers.Wait(0);
            }
            else
            {
                Sleep(strand);
            }
        }
    }
}
