using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Testing.Tests;

/// <summary>tokio-test's io and stream_mock tests.</summary>
public sealed class MockStreamTests
{
    private readonly byte[] _buffer = new byte[64];

    [KiotoFact]
    public async Future Reads_give_the_script_and_then_its_end()
    {
        using MockStream mock = new MockStreamBuilder().Read("hello "u8).Read("world!"u8).Build();
        Assert.Equal(4, await mock.ReadAsync(_buffer.AsMemory(0, 4)));
        Assert.Equal(0, await mock.ReadAsync(Memory<byte>.Empty));
        Assert.Equal(2, await mock.ReadAsync(_buffer));
        Assert.Equal(6, await mock.ReadAsync(_buffer));
        Assert.Equal("world!"u8, _buffer.AsSpan(0, 6));
        Assert.Equal(0, await mock.ReadAsync(_buffer));
        Assert.True(mock.IsFinished);
    }

    [KiotoFact]
    public async Future Writes_must_be_the_script()
    {
        using MockStream mock = new MockStreamBuilder().Write("hello "u8).Write("world!"u8).Build();
        Assert.Equal(6, await mock.WriteAsync("hello world!"u8.ToArray()));
        await mock.WriteAllAsync("world!"u8.ToArray());
        mock.AssertFinished();
    }

    [KiotoFact]
    public async Future A_wrong_write_and_one_too_many_fail()
    {
        using MockStream mock = new MockStreamBuilder().Name("peer").Write("hello"u8).Build();
        MockException wrong = await ThrowsAsync<MockException>(mock.WriteAllAsync("help"u8.ToArray()));
        Assert.Equal("peer: a write of 4 byte(s) differs from the script at byte 3: 70 instead of 6C6F.", wrong.Message);
        using MockStream ended = new MockStreamBuilder().Build();
        await ThrowsAsync<MockException>(ended.WriteAllAsync("x"u8.ToArray()));
    }

    [Fact]
    public void A_script_that_is_not_at_its_end_fails_when_disposed()
    {
        using Runtime runtime = Runtime.CreateCurrentThreadBuilder().Build();
        runtime.BlockOn(async () =>
        {
            MockStream mock = new MockStreamBuilder().Read("a"u8).Write("b"u8).Build();
            _ = await mock.ReadAsync(_buffer);
            MockException unfinished = Assert.Throws<MockException>(mock.Dispose);
            Assert.Contains("1 step(s) left, the next a Write of 1 byte(s)", unfinished.Message, StringComparison.Ordinal);
            mock.Dispose();
            await ThrowsAsync<ObjectDisposedException>(mock.WriteAllAsync("b"u8.ToArray()));
        });
        MockItems<int> items = new MockItemsBuilder<int>().Next(1).Build();
        Assert.Throws<MockException>(items.Dispose);
        items.Dispose();
    }

    [KiotoFact]
    public async Future A_handle_writes_the_script_while_it_is_played()
    {
        (MockStream mock, MockStreamHandle handle) = new MockStreamBuilder().Read("a"u8).BuildWithHandle();
        using TestTask<int> first = TestTask.Spawn(mock.ReadAsync(_buffer));
        Assert.Equal(1, first.AssertReady());
        using TestTask<int> second = TestTask.Spawn(mock.ReadAsync(_buffer));
        second.AssertPending(); // Not the end.
        handle.Write("x"u8).Read("bc"u8);
        second.AssertWoken();
        second.AssertPending();
        await mock.WriteAllAsync("x"u8.ToArray());
        Assert.Equal(2, second.AssertReady());
        using TestTask<bool> write = TestTask.Spawn(mock.WriteAllAsync("y"u8.ToArray()));
        write.AssertPending();
        handle.WriteError(new IOException("gone"));
        write.AssertFailed<IOException>();
        handle.ReadError(new IOException("reset")).Wait(TimeSpan.FromMilliseconds(1)).Read("d"u8);
        await ThrowsAsync<IOException>(Ignore(mock.ReadAsync(_buffer)));
        Assert.Equal(1, await mock.ReadAsync(_buffer));
        using TestTask<int> end = TestTask.Spawn(mock.ReadAsync(_buffer));
        end.AssertPending();
        handle.Dispose();
        Assert.Equal(0, end.AssertReady());
        Assert.Throws<ObjectDisposedException>(() => handle.Read("e"u8));
        Assert.Throws<ArgumentException>(() => handle.Read([]));
        mock.Dispose();
    }

    [KiotoFact]
    public async Future Disposing_ends_those_who_wait()
    {
        MockStream script = new MockStreamBuilder().Write("x"u8).Read("y"u8).Build();
        (MockStream open, MockStreamHandle handle) = new MockStreamBuilder().BuildWithHandle();
        using TestTask<int> reader = TestTask.Spawn(script.ReadAsync(_buffer));
        using TestTask<int> writer = TestTask.Spawn(open.WriteAsync("z"u8.ToArray()));
        for (int i = 0; i < 3; i++)
        {
            reader.AssertPending(); // However often it asks, it is woken once.
        }

        writer.AssertPending();
        Assert.Throws<MockException>(script.AssertFinished);
        script.Dispose();
        open.Dispose();
        reader.AssertWoken();
        Assert.Equal(1, reader.Wakes);
        reader.AssertFailed<ObjectDisposedException>();
        writer.AssertWoken();
        writer.AssertFailed<ObjectDisposedException>();
        Assert.Throws<ObjectDisposedException>(() => handle.Read("z"u8));
    }

    [KiotoFact]
    public void One_may_ask_before()
    {
        MockStream mock = new MockStreamBuilder().Read("a"u8).Build();
        Assert.Throws<MockException>(mock.AssertFinished); // Then it is no news when it is disposed.
        mock.Dispose();
    }

    [KiotoFact]
    public async Future Errors_are_thrown_and_the_script_goes_on()
    {
        using MockStream mock = new MockStreamBuilder()
            .ReadError(new IOException("one")).Read("a"u8).WriteError(new IOException("two")).Write("b"u8).Build();
        Assert.Equal("one", (await ThrowsAsync<IOException>(Ignore(mock.ReadAsync(_buffer)))).Message);
        Assert.Equal(1, await mock.ReadAsync(_buffer));
        Assert.Equal("two", (await ThrowsAsync<IOException>(mock.WriteAllAsync("b"u8.ToArray()))).Message);
        await mock.WriteAllAsync("b"u8.ToArray());
    }

    [KiotoFact(StartPaused = true)]
    public async Future It_waits_on_the_runtimes_clock()
    {
        using MockStream mock = new MockStreamBuilder()
            .Wait(TimeSpan.FromSeconds(1)).Wait(TimeSpan.FromSeconds(2)).Read("a"u8).Wait(TimeSpan.FromHours(1)).Write("b"u8).Build();
        Instant start = Instant.Now;
        Assert.Equal(1, await mock.ReadAsync(_buffer));
        Assert.Equal(TimeSpan.FromSeconds(3), start.Elapsed);
        await mock.WriteAllAsync("b"u8.ToArray());
        Assert.Equal(TimeSpan.FromSeconds(3603), start.Elapsed);
    }

    [KiotoFact]
    public async Future Each_direction_waits_for_the_other()
    {
        using MockStream mock = new MockStreamBuilder().Write("ping"u8).Read("pong"u8).Write("bye"u8).Build();
        using TestTask<int> read = TestTask.Spawn(mock.ReadAsync(_buffer));
        read.AssertPending();
        await mock.WriteAllAsync("pi"u8.ToArray());
        read.AssertWoken();
        read.AssertPending();
        await mock.WriteAllAsync("ng"u8.ToArray());
        using TestTask<bool> write = TestTask.Spawn(mock.WriteAllAsync("bye"u8.ToArray()));
        write.AssertPending();
        read.AssertWoken();
        Assert.Equal(4, read.AssertReady());
        write.AssertWoken();
        write.AssertReady();
    }

    [KiotoFact]
    public async Task As_a_DotNet_stream()
    {
        await using Stream mock = new MockStreamBuilder().Read("hello"u8).Write("there"u8).Build();
        Assert.True(mock.CanRead && mock.CanWrite && !mock.CanSeek);
        await mock.ReadExactlyAsync(_buffer, 0, 5);
        await mock.WriteAsync("the"u8.ToArray().AsMemory());
        await mock.WriteAsync("re"u8.ToArray(), 0, 2);
        await mock.FlushAsync();
        mock.Flush();
        Assert.Throws<NotSupportedException>(() => mock.Read(_buffer, 0, 1));
        Assert.Throws<NotSupportedException>(() => mock.Write(_buffer, 0, 1));
        Assert.Throws<NotSupportedException>(() => mock.Length);
    }

    [KiotoFact]
    public async Task A_token_ends_the_wait_of_a_DotNet_read()
    {
        using MockStream mock = new MockStreamBuilder().Write("x"u8).Build();
        using CancellationTokenSource source = new();
        ValueTask<int> read = mock.ReadAsync(_buffer, source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await read);
        await mock.WriteAllAsync("x"u8.ToArray());
    }

    [KiotoFact]
    public async Future A_token_that_ends_a_step_takes_nothing_of_the_script()
    {
        using MockStream mock = new MockStreamBuilder().Write("x"u8).Read("abc"u8).Write("y"u8).Build();
        using CancellationTokenSource source = new();
        byte[] given = new byte[8];
        Task<int> read = mock.ReadAsync(given, 0, 8, source.Token);
        Task<int> other = ((Stream)mock).ReadAsync(given.AsMemory(), source.Token).AsTask();
        await Kio.YieldNow();
        await source.CancelAsync();
        await ThrowsAsync<OperationCanceledException>(Ignore(read));
        await ThrowsAsync<OperationCanceledException>(Ignore(other));
        await mock.WriteAllAsync("x"u8.ToArray());
        await Kio.YieldNow();
        Task late = mock.WriteAsync("z"u8.ToArray().AsMemory(), source.Token).AsTask();
        Assert.True(late.IsCanceled);
        Assert.Equal(3, await mock.ReadAsync(_buffer));
        Assert.Equal(new byte[8], given);
        using CancellationTokenSource unused = new();
        await mock.WriteAsync("y"u8.ToArray().AsMemory(), unused.Token);
    }

    [KiotoFact(StartPaused = true)]
    public async Future A_token_that_ends_a_step_leaves_the_item()
    {
        using MockItems<int> items = new MockItemsBuilder<int>().Wait(TimeSpan.FromSeconds(1)).Next(1).Build();
        using CancellationTokenSource source = new();
        IAsyncEnumerator<int> enumerator = ((IAsyncEnumerable<int>)items).GetAsyncEnumerator(source.Token);
        Task<bool> step = enumerator.MoveNextAsync().AsTask();
        await Kio.YieldNow();
        await Kio.SpawnBlocking(source.Cancel); // Time stands still meanwhile.
        await ThrowsAsync<OperationCanceledException>(Ignore(step));
        await Kio.Sleep(TimeSpan.FromSeconds(5));
        Assert.False(items.IsFinished);
        Assert.True(enumerator.MoveNextAsync().AsTask().IsCanceled);
        MockItems<int>.Enumerator again = items.GetAsyncEnumerator();
        Assert.True(await again.MoveNextAsync() && again.Current == 1);
    }

    [KiotoFact(StartPaused = true)]
    public async Future Items_follow_their_script()
    {
        using MockItems<int> items = new MockItemsBuilder<int>()
            .Next(1).Wait(TimeSpan.FromSeconds(300)).Next(2).Error(new IOException("three")).Next(4).Build();
        Instant start = Instant.Now;
        MockItems<int>.Enumerator enumerator = items.GetAsyncEnumerator();
        Assert.True(await enumerator.MoveNextAsync() && enumerator.Current == 1);
        Assert.Throws<MockException>(items.AssertFinished);
        Assert.True(await enumerator.MoveNextAsync() && enumerator.Current == 2);
        Assert.Equal(TimeSpan.FromSeconds(300), start.Elapsed);
        await ThrowsAsync<IOException>(Ignore(enumerator.MoveNextAsync()));
        Assert.True(await enumerator.MoveNextAsync() && enumerator.Current == 4);
        Assert.False(await enumerator.MoveNextAsync());
    }

    [Fact]
    public void Empty_steps_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new MockStreamBuilder().Read([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MockStreamBuilder().Wait(TimeSpan.FromTicks(-1)));
        Assert.Throws<ArgumentNullException>(() => new MockStreamBuilder().ReadError(null!));
    }

    private static async Future Ignore<T>(Future<T> future) => _ = await future;

    private static async Future Ignore(Task task) => await task;

    private static async Future<T> ThrowsAsync<T>(Future future)
        where T : Exception
    {
        try
        {
            await future;
        }
        catch (T exception)
        {
            return exception;
        }

        throw new Xunit.Sdk.XunitException($"Nothing threw {typeof(T).Name}.");
    }
}
