using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

namespace Kioto;

/// <content>Blocking the calling thread on a future.</content>
public sealed partial class RuntimeHandle
{
    /// <summary>The name of the task that Task-based code is which a thread blocks on: no call has spawned it.</summary>
    private const string MainName = "BlockOn";

    /// <summary>Runs a future on the calling thread, which blocks until it has completed.</summary>
    /// <remarks>
    /// <para>The future is not a task of a worker. On a current-thread runtime this also runs the spawned tasks and drives
    /// timers and I/O, as long as no other thread in BlockOn does. (Tokio's <c>Handle::block_on</c> never does; its
    /// <c>Runtime::block_on</c> does.) A <see cref="LocalRuntime"/> is driven by its own thread only: on another one
    /// this just runs the future, which gets on only while that thread drives the runtime. After the runtime's shutdown
    /// futures that need no runtime still complete; timers and I/O fail.</para>
    /// <para>Inside a task of a multi-thread runtime, of this one or of another, it blocks the task, and what else the
    /// task awaits at the same time; the worker's other tasks go on on another thread, as with
    /// <see cref="Kio.BlockInPlace(Action)"/>. Awaiting is cheaper.</para>
    /// </remarks>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">The future.</param>
    /// <returns>The result; what the future throws is thrown here.</returns>
    /// <exception cref="InvalidOperationException">
    /// This thread drives a current-thread runtime or a <see cref="LocalSet"/>, or is a worker of a per-core runtime: nobody
    /// else could run their tasks.
    /// </exception>
    /// <exception cref="Exception">
    /// The failure that ended the runtime, if its policy is <see cref="UnhandledFailure.ShutdownRuntime"/>. What is
    /// blocked on has been cancelled, and its cleanup has ended.
    /// </exception>
    public T BlockOn<T>(Future<T> future)
    {
        BlockingScope.ThrowIfBound("BlockOn");
        future = future.Owned();
        if (future.Source is not { } source)
        {
            return future.Value;
        }

        uint token = source.Claim(future.Token);
        Scheduler.Fatal?.Throw();
        BlockOnStrand strand = new(source, token, Scheduler.PollBudget);
        try
        {
            using (BlockingScope.Begin("BlockOn"))
            {
                Scheduler.BlockOn(strand);
            }
        }
        finally
        {
            strand.Unlist(Scheduler);
        }

        Scheduler.Fatal?.Throw();
        return source.GetResult(token);
    }

    /// <inheritdoc cref="BlockOn{T}(Future{T})"/>
    public void BlockOn(Future future) => BlockOn(Spawner.AsUnit(future));

    /// <inheritdoc cref="BlockOn{T}(Future{T})"/>
    [OverloadResolutionPriority(1)]
    public T BlockOn<T>(Func<Future<T>> future)
    {
        ArgumentNullException.ThrowIfNull(future);
        return BlockOn(Call(future));
    }

    /// <inheritdoc cref="BlockOn{T}(Future{T})"/>
    [OverloadResolutionPriority(1)]
    public void BlockOn(Func<Future> future)
    {
        ArgumentNullException.ThrowIfNull(future);
        BlockOn(Call(future));
    }

    /// <summary>Runs Task-based code as a task of the runtime; the calling thread blocks until it has ended.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="task">Starts the Task.</param>
    /// <returns>The result; what the Task throws is thrown here.</returns>
    /// <exception cref="InvalidOperationException">
    /// This thread drives a current-thread runtime or a <see cref="LocalSet"/>, or is a worker of a per-core runtime: nobody
    /// else could run their tasks.
    /// </exception>
    public T BlockOn<T>(Func<Task<T>> task)
    {
        BlockingScope.ThrowIfBound("BlockOn");
        ArgumentNullException.ThrowIfNull(task);
        return BlockOn(Named(MainName).Spawn(() => StartMain(task), null, 0).AsFuture());
    }

    /// <inheritdoc cref="BlockOn{T}(Func{Task{T}})"/>
    public void BlockOn(Func<Task> task)
    {
        BlockingScope.ThrowIfBound("BlockOn");
        ArgumentNullException.ThrowIfNull(task);
        BlockOn(Named(MainName).Spawn(() => StartMain(task), null, 0).AsFuture());
    }

    // It may shut its own runtime down, and wait for that: past its first await only what flows with it says who it is.
    private static TTask StartMain<TTask>(Func<TTask> task)
    {
        Kioto.Scheduler.FlowingMain = Ambient.Current.Strand as TaskHeader;
        return task();
    }

    // The delegate of an async lambda only makes a frame; any other may use the runtime already.
    private TFuture Call<TFuture>(Func<TFuture> make)
    {
        BlockingScope.ThrowIfBound("BlockOn");
        using EnterGuard guard = Enter();
        return make();
    }
}
