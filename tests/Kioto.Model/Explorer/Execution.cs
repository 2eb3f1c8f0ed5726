using System;
using System.Collections.Generic;

namespace ModelChecking;

// What is explored, and what is not: every order of instrumented operations under sequential consistency, and with store
// buffers under x86-TSO. Plain accesses are not seen, and no memory model weaker than TSO is known here. Microsoft.Coyote
// was no alternative: it ends at .NET 8, rewrites assemblies, and has no store buffers. The README says more.

/// <summary>
/// One run of the model's body. All members are called by the thread that holds the baton, so there is nothing to
/// synchronize here.
/// </summary>
internal sealed partial class Execution
{
    internal const int MaxThreads = 32;

    private readonly Strategy _strategy;
    private readonly ModelOptions _options;
    private readonly List<ModelThread> _pool;
    private readonly List<int> _choices;
    private readonly int _preemptionBound;
    private int _threadCount;
    private int _preemptions;
    private int _spuriousWakes;

    /// <param name="options">The limits and the memory model.</param>
    /// <param name="strategy">Makes the choices.</param>
    /// <param name="pool">Threads of earlier executions, by number; grows.</param>
    /// <param name="locations">An empty table.</param>
    /// <param name="choices">An empty list, for the choices that were made.</param>
    /// <param name="trace">Where to write down the operations, if anywhere.</param>
    internal Execution(
        ModelOptions options,
        Strategy strategy,
        List<ModelThread> pool,
        Locations locations,
        List<int> choices,
        Trace? trace)
    {
        _options = options;
        _strategy = strategy;
        _preemptionBound = strategy.PreemptionBound;
        _pool = pool;
        _choices = choices;
        Locations = locations;
        Trace = trace;
    }

    internal Locations Locations { get; }

    internal Trace? Trace { get; }

    internal Failure? Failure { get; private set; }

    /// <summary>The scheduling points so far.</summary>
    internal int Steps { get; private set; }

    /// <summary>Whether the preemption bound has ruled out a choice.</summary>
    internal bool HitBound { get; private set; }

    /// <summary>Runs the body and all threads that it spawns to their end, or to the first failure.</summary>
    internal void Run(Action body)
    {
        ModelThread main = Enlist(null);
        ModelThread.Current = main;
        try
        {
            body();
            for (int i = 1; i < _threadCount; i++)
            {
                Join(main, _pool[i]);
            }
        }
        catch (ModelAbortException)
        {
            // The failure is recorded already.
        }
        catch (Exception e)
        {
            Fail(FailureKind.Exception, main, e);
        }
        finally
        {
            main.State = ThreadState.Finished;
            ModelThread.Current = null;
        }

        if (Failure is not null)
        {
            Unwind(main);
        }
    }

    internal ModelThread Spawn(ModelThread parent, Action body)
    {
        Fence(parent);
        ModelThread child = Enlist(body);
        parent.Fresh = false;
        Trace?.Add(parent, $"Spawn T{child.Id}");
        return child;
    }

    /// <summary>A choice that is not about threads.</summary>
    internal int Choose(int count)
    {
        if (count < 2)
        {
            return 0;
        }

        int choice = _strategy.Choose(count);
        _choices.Add(choice);
        return choice;
    }

    /// <summary>Records why the execution fails. The first failure counts; others are its consequences.</summary>
    internal void Fail(FailureKind kind, ModelThread thread, Exception? cause) =>
        Failure ??= new Failure(kind, thread.Id, cause, Blocked());

    private ModelThread Enlist(Action? body)
    {
        if (_threadCount == MaxThreads)
        {
            throw new InvalidOperationException($"A model has at most {MaxThreads} threads.");
        }

        if (_threadCount == _pool.Count)
        {
            _pool.Add(new ModelThread(_threadCount));
        }

        ModelThread thread = _pool[_threadCount++];
        thread.Start(this, body);
        return thread;
    }

    private string Blocked()
    {
        var lines = new List<string>();
        for (int i = 0; i < _threadCount; i++)
        {
            ModelThread thread = _pool[i];
            if (thread.State is ThreadState.Blocked or ThreadState.TimedWait)
            {
                lines.Add($"  T{i} waits for {Describe(thread.BlockedOn)}");
            }
        }

        return string.Join('\n', lines);
    }

    private string Describe(object? blocker) => blocker switch
    {
        ModelThread thread => $"the end of T{thread.Id}",
        ModelLock held => $"a lock held by T{held.Owner?.Id}",
        int location => $"a wake-up at {Locations.NameOf(location) ?? "a location"}@{location}",
        _ => "nothing",
    };
}
