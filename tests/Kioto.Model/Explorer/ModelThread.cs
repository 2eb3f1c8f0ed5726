using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading;

namespace ModelChecking;

/// <summary>
/// A thread of the model: an OS thread that runs only while it holds its baton. It is reused for the thread with the
/// same number in the next execution.
/// </summary>
internal sealed class ModelThread
{
    // A thread that swallows this many aborts is in a loop that it will not leave.
    private const int MaxAborts = 100;

    [ThreadStatic]
    private static ModelThread? t_current;

    private Action? _body;
    private bool _stopped;
    private int _aborts;

    internal ModelThread(int id)
    {
        Id = id;
        if (id != 0)
        {
            // Thread 0 runs the body of the model, on the thread that called Model.Check.
            // The runtime does not let threads inherit the core that the exploration is bound to.
            int core = Affinity.CurrentCore();
            new Thread(() => Loop(core), maxStackSize: 1 << 20) { IsBackground = true, Name = $"Model T{id}" }.Start();
        }
    }

    /// <summary>The model thread that is running, or null outside a model.</summary>
    internal static ModelThread? Current
    {
        get => t_current;
        set => t_current = value;
    }

    internal int Id { get; }

    internal Baton Baton { get; } = new();

    internal Execution Execution { get; private set; } = null!;

    internal ThreadState State { get; set; }

    /// <summary>It was chosen to run and has done nothing since that another thread could tell, so there is no need to choose again.</summary>
    internal bool Fresh { get; set; }

    /// <summary>How often it has spun since it last changed something.</summary>
    internal int Spins { get; set; }

    /// <summary>The stores other threads don't see yet, oldest first.</summary>
    internal List<BufferedStore> Stores { get; } = [];

    /// <summary>The number of the location, or the lock or thread, that it is blocked on.</summary>
    internal object? BlockedOn { get; set; }

    internal ulong Bit => 1UL << Id;

    internal void Start(Execution execution, Action? body)
    {
        Execution = execution;
        _body = body;
        _aborts = 0;
        Stores.Clear();
        Spins = 0;
        BlockedOn = null;
        Fresh = true;
        State = body is null ? ThreadState.Running : ThreadState.NotStarted;
    }

    /// <summary>Lets the OS thread end; only between executions.</summary>
    internal void Stop()
    {
        _stopped = true;
        if (Id == 0)
        {
            Baton.Dispose();
        }
        else
        {
            Baton.Pass();
        }
    }

    /// <summary>Leaves the current operation because the execution has failed.</summary>
    [DoesNotReturn]
    internal void Abort()
    {
        if (++_aborts > MaxAborts && Id != 0)
        {
            State = ThreadState.Stuck;
            Execution.PassOnAbort();
            Thread.Sleep(Timeout.Infinite);
        }

        throw new ModelAbortException();
    }

    private void Loop(int core)
    {
        Affinity.Bind(core);
        t_current = this;
        while (true)
        {
            Baton.Wait();
            if (_stopped)
            {
                break;
            }

            State = ThreadState.Running;
            try
            {
                _body!();
            }
            catch (ModelAbortException)
            {
                // The failure is recorded already.
            }
            catch (Exception e)
            {
                Execution.Fail(FailureKind.Exception, this, e);
            }

            if (_stopped)
            {
                break;
            }

            Execution.Exit(this);
        }

        Baton.Dispose();
    }
}

/// <summary>What a <see cref="ModelThread"/> is doing.</summary>
internal enum ThreadState
{
    /// <summary>Spawned, but not chosen to run yet.</summary>
    NotStarted,

    /// <summary>Running, or waiting for its baton.</summary>
    Running,

    /// <summary>Waiting for another thread to unblock it.</summary>
    Blocked,

    /// <summary>Waiting for another thread, or for its time to be over; choosing it means the latter.</summary>
    TimedWait,

    /// <summary>Done.</summary>
    Finished,

    /// <summary>In an endless loop that catches every exception; its OS thread is lost.</summary>
    Stuck,
}
