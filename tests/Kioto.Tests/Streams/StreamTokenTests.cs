using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Kioto.Streams;
using Kioto.Sync;

namespace Kioto.Tests;

/// <summary>A token given to an enumeration ends it, as everywhere in .NET.</summary>
public sealed class StreamTokenTests
{
    public enum Source
    {
        Polled,
        Function,
        Receiver,
        Watch,
        Merged,
        Concurrent,
        Buffered,
        NotifyClose,
        Peekable,
        Timed,
        Map,
        FutureSet,
        JoinSet,
        UntypedJoinSet,
    }

    public static TheoryData<RuntimeKind, Source> Waiting
    {
        get
        {
            TheoryData<RuntimeKind, Source> data = [];
            foreach (RuntimeKind kind in (RuntimeKind[])[RuntimeKind.CurrentThread, RuntimeKind.TwoWorkers, RuntimeKind.LocalSet])
            {
                foreach (Source source in Enum.GetValues<Source>())
                {
                    data.Add(kind, source);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Waiting))]
    public void A_step_that_waits_ends_with_the_token(RuntimeKind kind, Source source) => Runtimes.Run(kind, async () =>
    {
        using CancellationTokenSource stop = new();
        await using Feed feed = new(source);
        JoinHandle<OperationCanceledException?> reading = Kio.Spawn(async () =>
        {
            try
            {
                await feed.Drain(stop.Token);
                return null;
            }
            catch (OperationCanceledException exception)
            {
                return exception;
            }
        });
        await feed.Begun.WaitAsync();
        await stop.CancelAsync();
        OperationCanceledException? ended = await reading;
        Assert.NotNull(ended);
        Assert.Equal(stop.Token, ended.CancellationToken);
    });

    [Fact]
    public void A_sequence_that_never_waits_ends_with_the_token() => Runtimes.Run(RuntimeKind.OneWorker, async () =>
    {
        using CancellationTokenSource stop = new();
        int read = 0;
        OperationCanceledException ended = await Expect.Throws<OperationCanceledException>(async () =>
        {
            await foreach (int value in FutureStream.FromEnumerable(Enumerable.Range(0, int.MaxValue)).WithCancellation(stop.Token))
            {
                read++;
                if (value == 2)
                {
                    await stop.CancelAsync();
                }
            }
        });
        Assert.Equal(3, read);
        Assert.Equal(stop.Token, ended.CancellationToken);
    });

    [Fact]
    public void Nothing_is_lost_to_the_token() => Runtimes.Run(RuntimeKind.TwoWorkers, async () =>
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(1);
        JoinHandle sending = Kio.Spawn(async () =>
        {
            using (sender)
            {
                for (int i = 0; i < 2_000; i++)
                {
                    await sender.SendAsync(i);
                }
            }
        });
        List<int> read = [];
        bool over = false;
        while (!over)
        {
            using CancellationTokenSource stop = new();
            JoinHandle stopping = Kio.Spawn(async () => stop.Cancel());
            try
            {
                await foreach (int value in receiver.AsStream().WithCancellation(stop.Token))
                {
                    read.Add(value);
                }

                over = true;
            }
            catch (OperationCanceledException)
            {
                // The next round goes on with the same channel.
            }

            await stopping;
        }

        await sending;
        Assert.Equal(Enumerable.Range(0, 2_000), read);
    });

    [Fact]
    public void Whose_source_was_faster_is_told_of_the_callers_token() => Runtimes.Run(RuntimeKind.TwoWorkers, async () =>
    {
        using CancellationTokenSource stop = new();
        Event begun = new();
        JoinHandle<CancellationToken> reading = Kio.Spawn(async () =>
        {
            OperationCanceledException ended = await Expect.Throws<OperationCanceledException>(async () =>
            {
                await foreach (StreamItem<int> item in Delays(begun).NotifyClose().WithCancellation(stop.Token))
                {
                    Assert.Fail($"there is no element, but {item} came");
                }
            });
            return ended.CancellationToken;
        });
        await begun.WaitAsync();
        await stop.CancelAsync();
        Assert.Equal(stop.Token, await reading);

        static async IAsyncEnumerable<int> Delays(Event begun, [EnumeratorCancellation] CancellationToken token = default)
        {
            begun.Set();
            await Task.Delay(Timeout.Infinite, token);
            yield return 1;
        }
    });

    [Fact]
    public void What_was_gathered_comes_before_the_exception() => Runtimes.Run(RuntimeKind.TwoWorkers, async () =>
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(4);
        using CancellationTokenSource stop = new();
        await sender.SendAsync(1);
        await sender.SendAsync(2);
        JoinHandle stopping = Kio.Spawn(async () =>
        {
            await Expect.Until(() => receiver.IsEmpty);
            await stop.CancelAsync();
        });
        List<int> seen = [];
        OperationCanceledException ended = await Expect.Throws<OperationCanceledException>(async () =>
        {
            await foreach (IReadOnlyList<int> chunk in receiver.ChunksTimeout(5, Timeout.InfiniteTimeSpan).WithCancellation(stop.Token))
            {
                seen.AddRange(chunk);
            }
        });
        Assert.Equal(stop.Token, ended.CancellationToken);
        Assert.Equal([1, 2], seen);
        await stopping;
        sender.Dispose();
    });

    [Fact]
    public void Plain_tasks_may_give_one_too() => Bounded.Run(() =>
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(1);
        using CancellationTokenSource stop = new();
        Task reading = Read();
        Assert.False(reading.IsCompleted);
        stop.Cancel();
        Assert.Equal(stop.Token, Assert.ThrowsAny<OperationCanceledException>(reading.GetAwaiter().GetResult).CancellationToken);
        sender.Dispose();

        async Task Read()
        {
            await foreach (int value in receiver.AsStream().WithCancellation(stop.Token).ConfigureAwait(false))
            {
                Assert.Fail($"nobody sends, but {value} came");
            }
        }
    });

    [Fact]
    public void Aborting_who_enumerates_is_no_cancellation_by_the_token() => Runtimes.Run(RuntimeKind.TwoWorkers, async () =>
    {
        using CancellationTokenSource stop = new();
        await using Feed feed = new(Source.Merged);
        JoinHandle reading = Kio.Spawn(async () => await feed.Drain(stop.Token));
        await feed.Begun.WaitAsync();
        reading.Abort();
        Assert.True((await reading.JoinAsync()).IsAborted);
    });

    /// <summary>A sequence of each kind that never has an element.</summary>
    private sealed class Feed(Source source) : IAsyncDisposable
    {
        private readonly (MpscSender<int> Sender, MpscReceiver<int> Receiver) _channel = Mpsc.Create<int>(1);
        private readonly (WatchSender<int> Sender, WatchReceiver<int> Receiver) _watch = Watch.Create(0);
        private readonly FutureSet<int> _set = new();
        private readonly JoinSet<int> _joins = new();
        private readonly JoinSet _untyped = new();
        private readonly StreamMap<int, int> _map = new();
        private PeekableStream<int>? _peekable;

        internal Event Begun { get; } = new();

        internal Future Drain(CancellationToken token) => source switch
        {
            Source.Polled => To(Silence(), token),
            Source.Function => To(FutureStream.FromFunc(Never), token),
            Source.Receiver => To(_channel.Receiver.AsStream(), token),
            Source.Watch => To(_watch.Receiver.AsStream(fromChanges: true), token),
            Source.Merged => To(Silence().Merge(Silence()), token),
            Source.Concurrent => To(FutureStream.FromEnumerable([1, 2]).SelectConcurrent(2, _ => Future.Pending<int>()), token),
            Source.Buffered => To(FutureStream.FromEnumerable([Future.Pending<int>()]).Buffered(2), token),
            Source.NotifyClose => To(Silence().NotifyClose(), token),
            Source.Peekable => To(_peekable ??= Silence().Peekable(), token),
            Source.Timed => To(Silence().Debounce(TimeSpan.FromSeconds(1)), token),
            Source.Map => To(Filled(() => _map.Add(1, Silence()), _map), token),
            Source.FutureSet => To(Filled(() => _set.Add(Future.Pending<int>()), _set), token),
            Source.JoinSet => To(Filled(() => _joins.Spawn(Future.Pending<int>()), _joins), token),
            _ => To(Filled(() => _untyped.Spawn(Future.Pending()), _untyped), token),
        };

        public async ValueTask DisposeAsync()
        {
            _channel.Sender.Dispose();
            _watch.Sender.Dispose();
            await _set.DisposeAsync();
            await _joins.DisposeAsync();
            await _untyped.DisposeAsync();
            await _map.DisposeAsync();
            if (_peekable is { } peekable)
            {
                await peekable.DisposeAsync();
            }
        }

        private static async Future<StreamItem<int>> Never()
        {
            await Future.Pending();
            return StreamItem<int>.End;
        }

        private static IAsyncEnumerable<T> Filled<T>(Action fill, IAsyncEnumerable<T> sequence)
        {
            fill();
            return sequence;
        }

        private static FutureStream<int> Silence() => FutureStream.FromPoll((ref PollContext _) => Poll<StreamItem<int>>.Pending);

        private async Future To<T>(IAsyncEnumerable<T> sequence, CancellationToken token)
        {
            IAsyncEnumerator<T> steps = sequence.GetAsyncEnumerator(token);
            await using (steps)
            {
                ValueTask<bool> step = steps.MoveNextAsync();
                Begun.Set();
                Assert.False(await step);
            }
        }
    }
}
