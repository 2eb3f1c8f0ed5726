using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>A place for tasks that can't outlive it: whoever leaves it waits for them, and hears of their failures.</summary>
/// <remarks>
/// <para>
/// Two forms. <see cref="RunAsync{T}(Func{TaskScope, Future{T}})"/> runs a body in a scope:
/// <em>however</em> the body ends, its children have ended before the caller goes on. If the body fails or is cancelled,
/// they are cancelled; if a child fails, the body is cancelled.
/// <c>await using var scope = TaskScope.Open();</c> waits for the children at the end of the block. It can't see an
/// exception that leaves the block (C# does not tell <c>DisposeAsync</c>), so such an exception does <em>not</em> cancel
/// the children, and a child's failure takes its place: use RunAsync where that matters. If the task that opened
/// the scope is aborted, its children are cancelled in both forms, as soon as its own unwinding begins; also if that task
/// is Task-based code, wherever its awaits have led it.
/// </para>
/// <para>
/// <em>Failures</em>: the first failure of a child cancels its siblings; when they have cleaned up, the scope throws it,
/// itself and not in an <see cref="AggregateException"/>, so that <c>catch</c> works the same with one failure and with many.
/// Those that came later are attached (<see cref="FurtherFailures(Exception)"/>), and told to the runtime
/// (<c>OnUnhandledFailure</c>). A child that was aborted has not failed. Nor has one that ends with an
/// <see cref="OperationCanceledException"/> once the scope is cancelled.
/// </para>
/// <para>
/// <em>Cancelling</em> a scope aborts its children: those that run, and those that are spawned afterwards before they begin.
/// Their cleanup runs and is waited for. Started blocking closures run on; give them <see cref="CancellationToken"/>.
/// </para>
/// <para>
/// Any thread may spawn into it, its own children too, until all have ended and it is left; one that no runtime has
/// spawns onto the runtime where the scope was opened. One object for each child besides its task.
/// </para>
/// </remarks>
public sealed partial class TaskScope : IAsyncDisposable
{
    private readonly ScopeGroup _group;

    // Where it is spawned from threads that no runtime has.
    private readonly RuntimeScheduler? _home = CurrentRuntime.Find();

    private readonly CancellationToken _token;
    private readonly ScopeTimer? _timer;
    private readonly CancellationTokenRegistration _enclosing;
    private readonly CancellationTokenRegistration _given;

    // INVARIANT: exchanged to 1 by who leaves the scope first.
    private int _left;

    private TaskScope(TaskScopeOptions options)
    {
        _group = new ScopeGroup(options.Limit ?? TaskGroup.NoLimit, options.FailurePolicy)
        {
            Owner = typeof(TaskScope),
            IsBackground = options.Class == TaskClass.Background,
            Failures = FailurePolicy.Of(options.UnhandledFailures, options.OnUnhandledFailure),
        };
        _token = options.CancellationToken;
        _timer = options.FindDeadline() is { } deadline ? ScopeTimer.Start(_group, deadline) : null;
        _group.HasLimit = _timer is not null || _token.CanBeCanceled;
        _given = _token.UnsafeRegister(static group => ((ScopeGroup)group!).Cancel(ScopeEnd.Token), _group);

        // A scope in the cleanup of a strand that is cancelled already is for that cleanup.
        if (Opener() is { Cancelled: false } strand)
        {
            _enclosing = strand.GetToken().UnsafeRegister(static group => ((ScopeGroup)group!).Cancel(ScopeEnd.Enclosing), _group);
        }
    }

    /// <summary>Cancelled when the scope is: by a failure, the deadline, its end by an exception, or <see cref="Cancel"/>.</summary>
    /// <remarks>Children that are futures need no token. Give it to Task-based calls and to blocking closures.</remarks>
    public CancellationToken CancellationToken => _group.GetToken();

    /// <summary>How many children have not ended.</summary>
    public int Count => _group.Count;

    /// <summary>Opens a scope, for <c>await using</c>.</summary>
    /// <param name="options">Limit, deadline, policy and class; null for none, none and <see cref="ScopeFailurePolicy.CancelSiblings"/>.</param>
    /// <returns>The scope. It must be disposed, where it was opened.</returns>
    /// <exception cref="InvalidOperationException">
    /// There is a deadline, and no runtime is running on this thread; or the options contradict each other.
    /// </exception>
    public static TaskScope Open(TaskScopeOptions? options = null) => new(options ?? new TaskScopeOptions());

    /// <summary>Runs a body in a scope of its own, and waits until it and all its children have ended.</summary>
    /// <remarks>
    /// What ends first badly decides: the body's failure cancels the children, a child's failure, the deadline and the
    /// token cancel body and children, and that is what is thrown, with what failed later attached. A result that
    /// the body has is dropped then. Cancelling this cancels body and children, and waits for their cleanup.
    /// </remarks>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="body">Makes the body's future.</param>
    /// <returns>The body's result.</returns>
    /// <exception cref="OperationCanceledException"><see cref="Cancel"/> has stopped the body.</exception>
    [OverloadResolutionPriority(1)]
    [NotCancelSafe]
    public static Future<T> RunAsync<T>(Func<TaskScope, Future<T>> body) => RunAsync(new TaskScopeOptions(), body);

    /// <inheritdoc cref="RunAsync{T}(Func{TaskScope, Future{T}})"/>
    /// <returns>The future to await.</returns>
    [OverloadResolutionPriority(1)]
    [NotCancelSafe]
    public static Future RunAsync(Func<TaskScope, Future> body) => RunAsync(new TaskScopeOptions(), body);

    /// <inheritdoc cref="RunAsync{T}(Func{TaskScope, Future{T}})"/>
    /// <param name="options">Limit, deadline and policy.</param>
    /// <param name="body">Makes the body's future.</param>
    /// <exception cref="TimeoutException">The deadline came before all had ended.</exception>
    /// <exception cref="OperationCanceledException">The token of the options, or <see cref="Cancel"/>, has stopped the body.</exception>
    /// <exception cref="AggregateException">With <see cref="ScopeFailurePolicy.WaitAll"/>: children have failed.</exception>
    [OverloadResolutionPriority(1)]
    [NotCancelSafe]
    public static Future<T> RunAsync<T>(TaskScopeOptions options, Func<TaskScope, Future<T>> body)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(body);
        return RunCoreAsync(options, body);
    }

    /// <inheritdoc cref="RunAsync{T}(TaskScopeOptions, Func{TaskScope, Future{T}})"/>
    /// <returns>The future to await.</returns>
    [OverloadResolutionPriority(1)]
    [NotCancelSafe]
    public static Future RunAsync(TaskScopeOptions options, Func<TaskScope, Future> body)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(body);
        return RunCoreAsync(options, body);
    }

    /// <summary>Runs Task-based code in a scope of its own, and waits until its Task and all its children have ended.</summary>
    /// <remarks>
    /// As <see cref="RunAsync{T}(Func{TaskScope, Future{T}})"/>; but a Task can't be unwound: where the body is cancelled,
    /// its Task is waited for. Give <see cref="CancellationToken"/> to what it awaits.
    /// </remarks>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="body">Starts the body's Task.</param>
    /// <returns>The body's result.</returns>
    /// <exception cref="OperationCanceledException"><see cref="Cancel"/> has stopped the body.</exception>
    [NotCancelSafe]
    public static Future<T> RunAsync<T>(Func<TaskScope, Task<T>> body) => RunAsync(new TaskScopeOptions(), body);

    /// <inheritdoc cref="RunAsync{T}(Func{TaskScope, Task{T}})"/>
    /// <returns>The future to await.</returns>
    [NotCancelSafe]
    public static Future RunAsync(Func<TaskScope, Task> body) => RunAsync(new TaskScopeOptions(), body);

    /// <inheritdoc cref="RunAsync{T}(Func{TaskScope, Task{T}})"/>
    /// <param name="options">Limit, deadline and policy.</param>
    /// <param name="body">Starts the body's Task.</param>
    /// <exception cref="TimeoutException">The deadline came before all had ended.</exception>
    /// <exception cref="OperationCanceledException">The token of the options, or <see cref="Cancel"/>, has stopped the body.</exception>
    /// <exception cref="AggregateException">With <see cref="ScopeFailurePolicy.WaitAll"/>: children have failed.</exception>
    [NotCancelSafe]
    public static Future<T> RunAsync<T>(TaskScopeOptions options, Func<TaskScope, Task<T>> body)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(body);
        return RunCoreAsync(options, scope => FlowingTask.Call<T>(() => body(scope)));
    }

    /// <inheritdoc cref="RunAsync{T}(TaskScopeOptions, Func{TaskScope, Task{T}})"/>
    /// <returns>The future to await.</returns>
    [NotCancelSafe]
    public static Future RunAsync(TaskScopeOptions options, Func<TaskScope, Task> body)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(body);
        return RunCoreAsync(options, scope =>
        {
            Future<Unit> task = FlowingTask.Call<Unit>(() => body(scope));
            return new Future(task.Source!, task.Token);
        });
    }

    /// <summary>The failures that came after the one that a scope has thrown, in the order in which they came.</summary>
    /// <param name="exception">What a scope threw.</param>
    /// <returns>Empty if there were none.</returns>
    public static IReadOnlyList<Exception> FurtherFailures(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return Kioto.FurtherFailures.Of(exception);
    }

    /// <summary>Cancels the children: those that run, and those that will be spawned. In RunAsync the body too. Does not wait.</summary>
    /// <remarks>A scope that is cancelled on purpose ends without an exception, unless its body was stopped by it.</remarks>
    public void Cancel() => _group.Cancel(ScopeEnd.Asked);

    /// <summary>Waits until all children have ended, and throws what failed. The scope takes no more children then.</summary>
    /// <remarks>
    /// Cancelling it cancels the children; it ends when they have, by throwing. A second time it does nothing.
    /// </remarks>
    /// <returns>The future to await: throws as the scope's remarks say.</returns>
    /// <exception cref="TimeoutException">The deadline has cancelled children.</exception>
    /// <exception cref="OperationCanceledException">The token of the options has cancelled children.</exception>
    [NotCancelSafe]
    public Future DisposeAsync() => LeaveAsync(null);

    async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();

    // Task-based code that has awaited is in no strand, nor is a future that it awaits in its task's: that flows with it.
    private static Strand? Opener() =>
        Ambient.Current.Strand is { } strand and not Bridge { Enclosing: null } ? strand : Scheduler.FlowingStrand ?? Ambient.Current.Strand;

    private JoinHandle<T> Add<T>(TaskCell<T> cell)
    {
        _group.Spawn(new GroupMember(_group, cell));
        return new JoinHandle<T>(cell);
    }

    private AbortHandle AddVoid(TaskCell<Unit> cell)
    {
        GroupMember member = new(_group, cell);
        _group.Spawn(member);
        return new AbortHandle(member);
    }

    private Future<AbortHandle> AddAsync(TaskCell<Unit> cell) =>
        GroupSpawnLeaf.Await(_group, new AwaitedMember(_group, cell));

    private static async Future<T> RunCoreAsync<T>(TaskScopeOptions options, Func<TaskScope, Future<T>> body)
    {
        TaskScope scope = Open(options);
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        try
        {
            result = await body(scope).WithCancellation(scope.CancellationToken);
        }
        catch (Exception exception)
        {
            failure = scope._group.OnBodyFailed(exception);
        }

        await scope.LeaveAsync(failure);
        return result;
    }

    private static async Future RunCoreAsync(TaskScopeOptions options, Func<TaskScope, Future> body)
    {
        TaskScope scope = Open(options);
        ExceptionDispatchInfo? failure = null;
        try
        {
            await body(scope).WithCancellation(scope.CancellationToken);
        }
        catch (Exception exception)
        {
            failure = scope._group.OnBodyFailed(exception);
        }

        await scope.LeaveAsync(failure);
    }

    private async Future LeaveAsync(ExceptionDispatchInfo? body)
    {
        if (Interlocked.Exchange(ref _left, 1) != 0) // ORDERING: once only.
        {
            return;
        }

        await GroupEndLeaf.Await(_group, keepsCancellation: true);
        _timer?.Stop();

        // Without waiting for a callback that is running: it finds the scope closed.
        _enclosing.Unregister();
        _given.Unregister();
        _group.Conclude(body, _token)?.Throw();
        Strand.ThrowPending(Ambient.Current); // It came while this waited.
    }
}
