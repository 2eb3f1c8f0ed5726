using System;
using System.Threading;

namespace Kioto.Tests;

/// <summary>Work items that one thread queues and another runs.</summary>
[Collection(SerialCollection.Name)]
public sealed class WorkItemPoolTests
{
    // More than a thread keeps.
    private const int Batch = FreeActions.Most * 2;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_others_have_run_comes_back(bool post) => OnAThreadOfItsOwn(runtime =>
    {
        Batches batches = new(runtime.Handle.Scheduler, post);

        // It runs none itself. What it has got may be trimmed at any time.
        while (Free(post).Capacity < FreeActions.Chain)
        {
            batches.Run();
        }
    });

#if !DEBUG
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Queueing_for_others_allocates_nothing(bool post) => OnAThreadOfItsOwn(runtime =>
    {
        Batches batches = new(runtime.Handle.Scheduler, post);
        int round = 0;
        do
        {
            Assert.True(round++ < 1000, "Each round allocated, and a collection in each is no excuse.");
            batches.Run();
        }
        while (batches.Allocated != 0);
    });
#endif

    private static FreeActions Free(bool post) => post ? Ambient.Current.FreePosts : Ambient.Current.FreeActions;

    private static void OnAThreadOfItsOwn(Action<Runtime> body) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        Exception? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                body(runtime);
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        });
        thread.UnsafeStart();
        thread.Join();
        Assert.Null(failure);
    });

    private sealed class Batches(Scheduler scheduler, bool post)
    {
        private readonly ManualResetEventSlim _done = new();
        private int _ran;

        /// <summary>What queueing the last batch allocated.</summary>
        internal long Allocated { get; private set; }

        /// <summary>Queues a batch, and waits for it.</summary>
        internal void Run()
        {
            _done.Reset();
            Volatile.Write(ref _ran, 0);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Batch; i++)
            {
                if (post)
                {
                    PostedCallback.Post(scheduler, static state => ((Batches)state!).Count(), this);
                }
                else
                {
                    QueuedAction.Queue(scheduler, static state => ((Batches)state!).Count(), this);
                }
            }

            Allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            _done.Wait();
        }

        private void Count()
        {
            if (Interlocked.Increment(ref _ran) == Batch)
            {
                _done.Set();
            }
        }
    }
}
