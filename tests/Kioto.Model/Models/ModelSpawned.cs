using System;
using System.Runtime.ExceptionServices;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>A task of a group that the model ends when it likes; an aborted one ends at once, as it has no cleanup.</summary>
internal sealed class ModelSpawned : ISpawned
{
    private static readonly ExceptionDispatchInfo s_error = ExceptionDispatchInfo.Capture(new InvalidOperationException("the task's"));

    private JoinSlot _waiters;
    private int _started;
    private int _aborted;
    private int _ended;
    private int _reports;

    public ref JoinSlot Waiters => ref _waiters;

    public bool WasAborted => Volatile.Read(ref _aborted) != 0;

    public ExceptionDispatchInfo? Error => Fails ? s_error : null;

    public TaskId Id => new(1);

    public ulong KnownId => 0;

    /// <summary>Whether it ends with a failure.</summary>
    internal bool Fails { get; init; }

    /// <summary>Whether it ends as soon as it is started.</summary>
    internal bool EndsAtOnce { get; init; }

    /// <summary>Whether it can't be started by who spawns it; what starts it later ends it.</summary>
    internal bool Refuses { get; init; }

    internal bool IsEnded => Volatile.Read(ref _ended) != 0;

    internal bool IsStarted => Volatile.Read(ref _started) != 0;

    internal int Reports => Volatile.Read(ref _reports);

    public void SetBackground()
    {
    }

    public void Abort()
    {
        Interlocked.Exchange(ref _aborted, 1);
        if (IsStarted)
        {
            End();
        }
    }

    public void SetFailures(FailurePolicy policy)
    {
    }

    public void Start()
    {
        if (Refuses)
        {
            throw new NotSupportedException();
        }

        Assert.Equal(0, Interlocked.Exchange(ref _started, 1));
        if (EndsAtOnce || WasAborted)
        {
            End();
        }
    }

    public void StartLater()
    {
        if (!Refuses)
        {
            Start();
            return;
        }

        Assert.Equal(0, Interlocked.Exchange(ref _started, 1));
        End();
    }

    public void Drop()
    {
    }

    public void Report(Exception failure) => Interlocked.Increment(ref _reports);

    /// <summary>Ends it, once.</summary>
    internal void End()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            _waiters.Complete();
        }
    }
}
