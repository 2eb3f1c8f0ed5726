using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Testing;

/// <summary>A stream that follows a script: what reads give, what must be written, when it waits and fails.</summary>
/// <remarks>
/// As tokio-test's <c>io::Mock</c>. The steps come in order: a read waits while a write is next, and a write while a read
/// is. After the last step reads give 0, and a write is a failure; while a <see cref="MockStreamHandle"/> may add to the
/// script, they wait there. Who waits when it is disposed gets an <see cref="ObjectDisposedException"/>. It has Kioto's
/// methods, as <c>TcpStream</c>, and is a .NET <see cref="Stream"/> for those who need one; synchronous reads and writes are
/// not supported. A script that has steps left when it is disposed is a failure, unless the mock has failed before: in a test of <see cref="KiotoFactAttribute"/>
/// of the test, where the method does not fail by itself; elsewhere Dispose throws it.
/// </remarks>
public sealed class MockStream : Stream
{
    private readonly string _name;
    private readonly Lock _lock = new();

    // INVARIANT: guarded by the lock. Wakers are woken outside it.
    private readonly List<MockStep> _steps;
    private readonly List<Waker> _waiting = [];
    private int _next;
    private int _changes;
    private Instant? _waitsUntil;
    private bool _failed;
    private bool _disposed;

    // Whether a handle may add to the script: then it has no end.
    private bool _isOpen;

    internal MockStream(string name, IEnumerable<MockStep> steps, bool isOpen)
    {
        _name = name;
        _isOpen = isOpen;
        _steps = [.. steps];
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Whether the script is at its end.</summary>
    public bool IsFinished
    {
        get
        {
            using (_lock.EnterScope())
            {
                return _next == _steps.Count;
            }
        }
    }

    /// <summary>Reads what the script says. Cancel safe.</summary>
    /// <param name="buffer">Where to.</param>
    /// <returns>How many bytes; 0 after the script's end. Throws what the script says.</returns>
    [CancelSafe]
    public async Future<int> ReadAsync(Memory<byte> buffer)
    {
        while (true)
        {
            Turn turn = NextTurn(isRead: true, buffer, default);
            if (turn.IsDone)
            {
                return turn.Count;
            }

            await WaitAsync(turn);
        }
    }

    /// <summary>Writes what the script says, or the part of it that the script has at this place. Cancel safe.</summary>
    /// <param name="buffer">What.</param>
    /// <returns>How many bytes were taken.</returns>
    /// <exception cref="MockException">The script says something else, or nothing any more.</exception>
    [CancelSafe]
    public async Future<int> WriteAsync(ReadOnlyMemory<byte> buffer)
    {
        while (true)
        {
            Turn turn = NextTurn(isRead: false, default, buffer);
            if (turn.IsDone)
            {
                return turn.Count;
            }

            await WaitAsync(turn);
        }
    }

    /// <summary>Writes all, over as many places of the script as it takes. Not cancel safe.</summary>
    /// <param name="buffer">What.</param>
    /// <returns>When it has been written.</returns>
    /// <exception cref="MockException">The script says something else, or nothing any more.</exception>
    [NotCancelSafe]
    public async Future WriteAllAsync(ReadOnlyMemory<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            buffer = buffer[await WriteAsync(buffer)..];
        }
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        new(ReadUntilAsync(buffer, cancellationToken));

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadUntilAsync(buffer.AsMemory(offset, count), cancellationToken);

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken) =>
        new(WriteUntilAsync(buffer, cancellationToken));

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteUntilAsync(buffer.AsMemory(offset, count), cancellationToken);

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A MockStream is asynchronous: use ReadAsync.");

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A MockStream is asynchronous: use WriteAsync.");

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Writes one more step, for a handle.</summary>
    /// <param name="step">The step.</param>
    /// <exception cref="ObjectDisposedException">The script has been ended, or the mock disposed.</exception>
    internal void AddToScript(MockStep step) => ChangeScript(() =>
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ObjectDisposedException.ThrowIf(!_isOpen, typeof(MockStreamHandle));
        _steps.Add(step);
    });

    /// <summary>No more is added.</summary>
    internal void EndScript() => ChangeScript(() => _isOpen = false);

    /// <summary>Asserts that the script is at its end.</summary>
    /// <exception cref="MockException">It is not.</exception>
    public void AssertFinished()
    {
        if (!IsFinished)
        {
            throw Unfinished();
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing || _disposed)
        {
            return;
        }

        ChangeScript(() => _disposed = true); // Who waits is told.
        if (_failed || IsFinished)
        {
            return;
        }

        // A test's own failure may be on its way through the using block: an exception thrown here would hide it.
        if (TestScope.Current is { } test)
        {
            test.Add(Unfinished());
        }
        else
        {
            throw Unfinished();
        }
    }

    // The token ends the operation itself, not only the wait for it: nothing of the script is taken afterwards, and no
    // buffer touched.
    private Task<int> ReadUntilAsync(Memory<byte> buffer, CancellationToken token) => token.IsCancellationRequested
        ? Task.FromCanceled<int>(token)
        : ReadAsync(buffer).WithCancellation(token).AsTask();

    private Task WriteUntilAsync(ReadOnlyMemory<byte> buffer, CancellationToken token) => token.IsCancellationRequested
        ? Task.FromCanceled(token)
        : WriteAllAsync(buffer).WithCancellation(token).AsTask();

    private void ChangeScript(Action change)
    {
        List<Waker> woken = [];
        using (_lock.EnterScope())
        {
            change();
            TellOfChange(woken);
        }

        foreach (Waker waker in woken)
        {
            waker.Wake();
        }
    }

    private void TellOfChange(List<Waker> woken)
    {
        _changes++;
        woken.AddRange(_waiting);
        _waiting.Clear();
    }

    private MockException Unfinished()
    {
        using (_lock.EnterScope())
        {
            return Fail($"the script has {_steps.Count - _next} step(s) left, the next a {_steps[_next]}");
        }
    }

    private MockException Fail(string what)
    {
        _failed = true;
        return new MockException($"{_name}: {what}.");
    }

    // One look at the script: does what it says, or tells what to wait for.
    private Turn NextTurn(bool isRead, Memory<byte> into, ReadOnlyMemory<byte> from)
    {
        List<Waker> woken = [];
        try
        {
            using (_lock.EnterScope())
            {
                return Advance(isRead, into, from, woken);
            }
        }
        finally
        {
            foreach (Waker waker in woken)
            {
                waker.Wake();
            }
        }
    }

    private Turn Advance(bool isRead, Memory<byte> into, ReadOnlyMemory<byte> from, List<Waker> woken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (isRead ? into.IsEmpty : from.IsEmpty)
        {
            return Turn.Done(0);
        }

        for (; _next < _steps.Count && _steps[_next] is { Kind: MockStepKind.Wait } wait; Next(null, woken))
        {
            _waitsUntil ??= Instant.Now + wait.Duration;
            if (Instant.Now < _waitsUntil)
            {
                return new Turn { Until = _waitsUntil };
            }

            _waitsUntil = null;
        }

        if (_next == _steps.Count && _isOpen)
        {
            return new Turn { Changes = _changes };
        }

        if (_next == _steps.Count)
        {
            return isRead ? Turn.Done(0) : throw Fail($"a write of {from.Length} byte(s) after the end of the script");
        }

        MockStep step = _steps[_next];
        if (isRead ? !step.IsRead : !step.IsWrite)
        {
            return new Turn { Changes = _changes };
        }

        if (step.Failure is { } failure)
        {
            Next(null, woken);
            throw failure;
        }

        int count = isRead ? ReadFrom(step, into.Span) : WriteTo(step, from.Span);
        Next(step with { Bytes = step.Bytes[count..] }, woken);
        return Turn.Done(count);
    }

    private static int ReadFrom(MockStep step, Span<byte> into)
    {
        int count = int.Min(into.Length, step.Bytes.Length);
        step.Bytes.Span[..count].CopyTo(into);
        return count;
    }

    private int WriteTo(MockStep step, ReadOnlySpan<byte> from)
    {
        int count = int.Min(from.Length, step.Bytes.Length);
        int same = step.Bytes.Span[..count].CommonPrefixLength(from);
        return same == count
            ? count
            : throw Fail($"a write of {from.Length} byte(s) differs from the script at byte {same}: {Show(from[same..])}" +
                $" instead of {Show(step.Bytes.Span[same..])}");
    }

    private static string Show(ReadOnlySpan<byte> bytes) =>
        $"{Convert.ToHexString(bytes[..int.Min(bytes.Length, 16)])}{(bytes.Length > 16 ? "..." : "")}";

    // The step is done, but for the rest.
    private void Next(MockStep? rest, List<Waker> woken)
    {
        if (rest is { Bytes.IsEmpty: false })
        {
            _steps[_next] = rest;
        }
        else
        {
            _next++;
        }

        TellOfChange(woken);
    }

    private async Future WaitAsync(Turn turn)
    {
        if (turn.Until is { } until)
        {
            await Kio.SleepUntil(until);
        }
        else
        {
            await new ChangeFuture(this, turn.Changes).AsFuture();
        }
    }

    /// <summary>What a look at the script came to: done, or what to wait for.</summary>
    private readonly struct Turn
    {
        internal bool IsDone { get; private init; }

        internal int Count { get; private init; }

        /// <summary>Until when the script waits.</summary>
        internal Instant? Until { get; init; }

        /// <summary>How far the script was when it wanted the other direction first.</summary>
        internal int Changes { get; init; }

        internal static Turn Done(int count) => new() { IsDone = true, Count = count };
    }

    /// <summary>Waits until the script goes on.</summary>
    private sealed class ChangeFuture(MockStream stream, int changes) : IFuture<int>
    {
        public Poll<int> Poll(ref PollContext context)
        {
            using (stream._lock.EnterScope())
            {
                if (stream._changes != changes)
                {
                    return Kioto.Poll<int>.Ready(0);
                }

                if (!stream._waiting.Contains(context.Waker)) // It may be polled often before the script goes on.
                {
                    stream._waiting.Add(context.Waker);
                }

                return Kioto.Poll<int>.Pending;
            }
        }
    }
}
