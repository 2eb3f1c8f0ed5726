using System.Diagnostics.Tracing;
using System.Threading;

namespace Kioto;

/// <summary>The events of runtimes and tasks, for EventPipe (dotnet-trace) and <see cref="EventListener"/>.</summary>
/// <remarks>
/// Nothing of it is on the way of a task while nobody listens: runtimes are told when somebody begins to, and watch
/// their tasks from then on. Ids are those of <c>RuntimeHandle.Id</c> and <c>JoinHandle.Id</c>.
/// </remarks>
[EventSource(Name = "Kioto")]
internal sealed class KiotoEventSource : EventSource
{
    internal static readonly KiotoEventSource Log = new();

    private const EventKeywords AllKeywords = (EventKeywords)0x3F;

    // INVARIANT: written when listeners come and go; seen late, the runtimes are told again.
    private static int s_kinds;

    // Who looks last is to be right. A field of the object, as commands come while the base class is constructed.
    private readonly Lock _looking = new();

    private KiotoEventSource()
    {
    }

    /// <summary>What somebody listens to now.</summary>
    internal static EventKinds Kinds => (EventKinds)Volatile.Read(ref s_kinds); // ORDERING: a hint.

    [Event(1, Level = EventLevel.Informational, Keywords = Keywords.Runtimes)]
    internal void RuntimeStarted(long runtime, string name, string flavor, int workers) =>
        WriteEvent(1, (EventSourcePrimitive)runtime, name, flavor, workers);

    [Event(2, Level = EventLevel.Informational, Keywords = Keywords.Runtimes)]
    internal void RuntimeStopped(long runtime) => WriteEvent(2, runtime);

    [Event(3, Level = EventLevel.Informational, Keywords = Keywords.Tasks, Version = 1)] // The name came later.
    internal void TaskSpawned(long runtime, long task, string file, int line, string name) =>
        WriteEvent(3, (EventSourcePrimitive)runtime, task, file, line, name);

    /// <summary>A task has ended.</summary>
    /// <param name="runtime">Its runtime.</param>
    /// <param name="task">The task.</param>
    /// <param name="outcome">"completed", "failed" or "aborted".</param>
    [Event(4, Level = EventLevel.Informational, Keywords = Keywords.Tasks)]
    internal void TaskTerminated(long runtime, long task, string outcome) =>
        WriteEvent(4, (EventSourcePrimitive)runtime, task, outcome);

    [Event(5, Level = EventLevel.Verbose, Keywords = Keywords.Polls, ActivityOptions = EventActivityOptions.Disable)]
    internal void TaskPollStart(long runtime, long task, int worker) =>
        WriteEvent(5, (EventSourcePrimitive)runtime, task, worker);

    [Event(6, Level = EventLevel.Verbose, Keywords = Keywords.Polls, ActivityOptions = EventActivityOptions.Disable)]
    internal void TaskPollStop(long runtime, long task) => WriteEvent(6, runtime, task);

    [Event(7, Level = EventLevel.Verbose, Keywords = Keywords.Wakes)]
    internal void TaskWoken(long runtime, long task) => WriteEvent(7, runtime, task);

    /// <summary>A task is suspended in an operation.</summary>
    /// <param name="runtime">Its runtime.</param>
    /// <param name="task">The task.</param>
    /// <param name="operation">What is awaited: <c>Mutex&lt;Int32&gt;.LockAsync</c>.</param>
    /// <param name="resource">Tells the object that is waited on from others; 0 when there is none.</param>
    [Event(8, Level = EventLevel.Verbose, Keywords = Keywords.Resources)]
    internal void TaskWaits(long runtime, long task, string operation, int resource) =>
        WriteEvent(8, (EventSourcePrimitive)runtime, task, operation, resource);

    /// <summary>A task has been polled for long.</summary>
    /// <param name="worker">The worker that polls it.</param>
    /// <param name="milliseconds">For how long.</param>
    /// <param name="task">The task in words.</param>
    /// <param name="runtime">Its runtime.</param>
    /// <param name="id">The task; 0 where it is none, or can't be told.</param>
    [Event(9, Level = EventLevel.Warning, Keywords = Keywords.Problems, Version = 1)] // Runtime and id came later.
    internal void TaskStuck(int worker, double milliseconds, string task, long runtime, long id) =>
        WriteEvent(9, (EventSourcePrimitive)worker, milliseconds, task, runtime, id);

    /// <summary>A failure that nobody observes, or something else that user code has thrown where nobody can catch it.</summary>
    /// <param name="runtime">The runtime.</param>
    /// <param name="failure">The failure in words.</param>
    /// <param name="task">The task whose it is; 0 for none.</param>
    /// <param name="name">The task's name, or what the user code was given to; empty for none.</param>
    /// <param name="file">Where the task was spawned; empty where that is not known.</param>
    /// <param name="line">The line there.</param>
    [Event(10, Level = EventLevel.Error, Keywords = Keywords.Problems, Version = 1)] // The task came later.
    internal void FailureUnobserved(long runtime, string failure, long task, string name, string file, int line) =>
        WriteEvent(10, (EventSourcePrimitive)runtime, failure, task, name, file, line);

    /// <summary>Nothing refers to a Runtime any more that nobody has ended.</summary>
    /// <param name="runtime">The runtime.</param>
    /// <param name="name">Its name.</param>
    /// <param name="workers">How many worker threads go on.</param>
    /// <param name="tasks">How many tasks have not ended.</param>
    [Event(11, Level = EventLevel.Warning, Keywords = Keywords.Problems)]
    internal void RuntimeNotDisposed(long runtime, string name, int workers, long tasks) =>
        WriteEvent(11, (EventSourcePrimitive)runtime, name, workers, tasks);

    /// <summary>A shutdown that gives no report has dropped tasks, or left some running.</summary>
    /// <param name="runtime">The runtime.</param>
    /// <param name="name">Its name.</param>
    /// <param name="count">How many.</param>
    /// <param name="stragglers">The first of them in words.</param>
    [Event(12, Level = EventLevel.Error, Keywords = Keywords.Problems)]
    internal void WorkDropped(long runtime, string name, int count, string stragglers) =>
        WriteEvent(12, (EventSourcePrimitive)runtime, name, count, stragglers);

    /// <summary>Whether anybody still listens: a runtime asks that watches its tasks for the sake of events.</summary>
    /// <returns>If not, all runtimes have looked anew what they are to tell.</returns>
    internal bool CheckListened()
    {
        // The command that takes the last listener away is sent before it is away, and nothing is sent afterwards.
        if (IsEnabled())
        {
            return true;
        }

        Look();
        return false;
    }

    /// <inheritdoc/>
    protected override void OnEventCommand(EventCommandEventArgs command) => Look();

    private void Look()
    {
        using Lock.Scope scope = _looking.EnterScope();
        EventKinds kinds = EventKinds.None;
        for (int bit = 1; bit <= (int)EventKinds.Problems; bit <<= 1)
        {
            EventKinds kind = (EventKinds)bit;
            if (IsEnabled(LevelOf(kind), (EventKeywords)bit & AllKeywords))
            {
                kinds |= kind;
            }
        }

        Volatile.Write(ref s_kinds, (int)kinds); // ORDERING: before the runtimes look.
        LiveRuntimes.Refresh();
    }

    private static EventLevel LevelOf(EventKinds kind) => kind switch
    {
        EventKinds.Polls or EventKinds.Wakes or EventKinds.Resources => EventLevel.Verbose,
        EventKinds.Problems => EventLevel.Warning,
        _ => EventLevel.Informational,
    };

    /// <summary>The keywords, for the manifest.</summary>
    public static class Keywords
    {
        /// <summary>Runtimes begin and end.</summary>
        public const EventKeywords Runtimes = (EventKeywords)EventKinds.Runtimes;

        /// <summary>Tasks are spawned and end.</summary>
        public const EventKeywords Tasks = (EventKeywords)EventKinds.Tasks;

        /// <summary>Polls begin and end.</summary>
        public const EventKeywords Polls = (EventKeywords)EventKinds.Polls;

        /// <summary>Tasks are woken.</summary>
        public const EventKeywords Wakes = (EventKeywords)EventKinds.Wakes;

        /// <summary>What tasks wait for.</summary>
        public const EventKeywords Resources = (EventKeywords)EventKinds.Resources;

        /// <summary>Tasks that are stuck, and failures that nobody observes.</summary>
        public const EventKeywords Problems = (EventKeywords)EventKinds.Problems;
    }
}
