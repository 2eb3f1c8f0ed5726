using System;
using Kioto.Streams;

namespace Kioto.Testing;

/// <summary>A sequence that a test asks for its elements by hand: whether one is there, and whether it asked to be asked again.</summary>
/// <remarks>
/// As the stream side of tokio-test's <c>task::spawn</c> (<c>poll_next</c>). A question that was not answered goes on at the
/// next one. It needs no runtime unless the sequence does. One thread at a time.
/// </remarks>
/// <typeparam name="T">The type of the elements.</typeparam>
public sealed class TestStream<T> : IDisposable
{
    private readonly FutureEnumerator<T> _enumerator;

    // The question that was asked last.
    private TestTask<bool>? _step;
    private int _wakes;
    private bool _disposed;

    internal TestStream(FutureEnumerator<T> enumerator) => _enumerator = enumerator;

    /// <summary>Whether the sequence asked for another poll since the last one began.</summary>
    public bool IsWoken => _step is { IsWoken: true };

    /// <summary>How often it did so altogether; one wake may come several times.</summary>
    public int Wakes => _wakes + (_step?.Wakes ?? 0);

    /// <summary>Whether it has come to its end, or failed.</summary>
    public bool IsCompleted { get; private set; }

    /// <summary>Asks once for the next element.</summary>
    /// <returns>An element, the end, or pending. A failure is thrown. After the end it is the end.</returns>
    /// <exception cref="ObjectDisposedException">It has been disposed.</exception>
    public Poll<StreamItem<T>> PollNext()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (IsCompleted)
        {
            return Poll<StreamItem<T>>.Ready(StreamItem<T>.End);
        }

        if (_step is not { IsCompleted: false })
        {
            EndStep();
            _step = TestTask.Spawn(_enumerator.MoveNextAsync());
        }

        IsCompleted = true; // Unless it tells otherwise: a failure is the end.
        Poll<bool> poll = _step.Poll();
        IsCompleted = poll is { IsReady: true, Value: false };
        return !poll.IsReady ? Poll<StreamItem<T>>.Pending
            : Poll<StreamItem<T>>.Ready(IsCompleted ? StreamItem<T>.End : StreamItem<T>.Of(_enumerator.Current));
    }

    /// <summary>Asks once and asserts that there is an element.</summary>
    /// <returns>The element.</returns>
    /// <exception cref="PollAssertionException">It is pending, or at its end.</exception>
    public T AssertNext()
    {
        Poll<StreamItem<T>> poll = PollNext();
        return !poll.IsReady ? throw new PollAssertionException("The stream is pending; it should have an element.")
            : poll.Value.HasValue ? poll.Value.Value
            : throw new PollAssertionException("The stream is at its end; it should have an element.");
    }

    /// <summary>Asks once and asserts that nothing is there yet.</summary>
    /// <exception cref="PollAssertionException">There is an element, or the end.</exception>
    public void AssertPending()
    {
        Poll<StreamItem<T>> poll = PollNext();
        if (poll.IsReady)
        {
            throw new PollAssertionException(poll.Value.HasValue
                ? $"The stream has '{poll.Value.Value}'; it should be pending."
                : "The stream is at its end; it should be pending.");
        }
    }

    /// <summary>Asks once and asserts that the sequence is at its end.</summary>
    /// <exception cref="PollAssertionException">It is pending, or has an element.</exception>
    public void AssertEnd()
    {
        Poll<StreamItem<T>> poll = PollNext();
        if (!poll.IsReady || poll.Value.HasValue)
        {
            throw new PollAssertionException(poll.IsReady
                ? $"The stream has '{poll.Value.Value}'; it should be at its end."
                : "The stream is pending; it should be at its end.");
        }
    }

    /// <summary>Asserts that the sequence asked for another poll since the last one began.</summary>
    /// <exception cref="PollAssertionException">It did not.</exception>
    public void AssertWoken()
    {
        if (!IsWoken)
        {
            throw new PollAssertionException("The stream was not woken; it should be.");
        }
    }

    /// <summary>Asserts that the sequence did not ask for another poll since the last one began.</summary>
    /// <exception cref="PollAssertionException">It did.</exception>
    public void AssertNotWoken()
    {
        if (IsWoken)
        {
            throw new PollAssertionException("The stream was woken; it should not be.");
        }
    }

    /// <summary>Cancels a question that was not answered, and disposes of the enumeration; cleanup that waits is dropped.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        IsCompleted = true;
        EndStep();
        using TestTask<bool> end = TestTask.Spawn(_enumerator.DisposeAsync());
        _ = end.PollUntilIdle();
    }

    private void EndStep()
    {
        if (_step is { } step)
        {
            step.Dispose();
            _wakes += step.Wakes;
            _step = null;
        }
    }
}
