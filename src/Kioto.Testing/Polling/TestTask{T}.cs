using System;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace Kioto.Testing;

/// <summary>A future that a test polls by hand: whether it is ready, and whether it asked to be polled again.</summary>
/// <remarks>
/// As tokio-test's <c>task::spawn</c>. It needs no runtime unless the future does: sleeping, spawning and sockets do, so
/// poll those inside one, or under <c>runtime.Enter()</c>. One thread at a time.
/// </remarks>
/// <typeparam name="T">The type of the result.</typeparam>
public sealed class TestTask<T> : IDisposable
{
    private readonly HarnessStrand _strand = new();
    private readonly FutureSource<T>? _source;
    private readonly uint _token;
    private T? _result;
    private ExceptionDispatchInfo? _failure;
    private bool _begun;

    internal TestTask(Future<T> future)
    {
        future = future.Owned();
        _source = future.Source;
        _token = _source?.Claim(future.Token) ?? 0;
        _result = _source is null ? future.Value : default;
    }

    /// <summary>Whether the future asked for another poll since the last one began.</summary>
    public bool IsWoken => _strand.IsWoken;

    /// <summary>How often it did so altogether; one wake may come several times.</summary>
    public int Wakes => _strand.Wakes;

    /// <summary>Whether it has ended.</summary>
    public bool IsCompleted { get; private set; }

    /// <summary>Polls once.</summary>
    /// <returns>The result, or pending. A failure is thrown, at this poll and each later one.</returns>
    public Poll<T> Poll()
    {
        if (!IsCompleted)
        {
            Turn(cancel: false);
        }

        _failure?.Throw();
        return IsCompleted ? Poll<T>.Ready(_result!) : Poll<T>.Pending;
    }

    /// <summary>Polls as long as the future is woken: until it has ended or waits for somebody else.</summary>
    /// <param name="most">The most polls.</param>
    /// <returns>The result, or pending.</returns>
    /// <exception cref="InvalidOperationException">It was woken again after each of so many polls.</exception>
    public Poll<T> PollUntilIdle(int most = 1000)
    {
        for (int i = 0; i < most; i++)
        {
            Poll<T> poll = Poll();
            if (poll.IsReady || !IsWoken)
            {
                return poll;
            }
        }

        throw new InvalidOperationException($"The future was still being woken after {most} polls.");
    }

    /// <summary>Polls once and asserts that the future is ready.</summary>
    /// <returns>The result.</returns>
    /// <exception cref="PollAssertionException">It is pending.</exception>
    public T AssertReady()
    {
        Poll<T> poll = Poll();
        return poll.IsReady ? poll.Value : throw new PollAssertionException("The future is pending; it should be ready.");
    }

    /// <summary>Polls once and asserts that the future is pending.</summary>
    /// <exception cref="PollAssertionException">It is ready.</exception>
    public void AssertPending()
    {
        Poll<T> poll = Poll();
        if (poll.IsReady)
        {
            throw new PollAssertionException($"The future is ready with '{poll.Value}'; it should be pending.");
        }
    }

    /// <summary>Polls once and asserts that the future fails so.</summary>
    /// <typeparam name="TException">The type of the failure, or a base of it.</typeparam>
    /// <returns>The failure.</returns>
    /// <exception cref="PollAssertionException">It is pending, ready, or fails otherwise.</exception>
    public TException AssertFailed<TException>()
        where TException : Exception
    {
        try
        {
            Poll<T> poll = Poll();
            throw new PollAssertionException($"The future is {(poll.IsReady ? "ready" : "pending")}; it should fail.");
        }
        catch (TException failure) when (failure is not PollAssertionException || typeof(TException) == typeof(PollAssertionException))
        {
            return failure;
        }
    }

    /// <summary>Asserts that the future asked for another poll since the last one began.</summary>
    /// <exception cref="PollAssertionException">It did not.</exception>
    public void AssertWoken()
    {
        if (!IsWoken)
        {
            throw new PollAssertionException("The future was not woken; it should be.");
        }
    }

    /// <summary>Asserts that the future did not ask for another poll since the last one began.</summary>
    /// <exception cref="PollAssertionException">It did.</exception>
    public void AssertNotWoken()
    {
        if (IsWoken)
        {
            throw new PollAssertionException("The future was woken; it should not be.");
        }
    }

    /// <summary>Runs code as if the future had been polled and came to it: with this task's waker, and a budget.</summary>
    /// <remarks>
    /// For futures that are polled by hand: <c>task.Enter((ref PollContext context) =&gt; future.Poll(ref context))</c>; who is
    /// given the waker and uses it wakes this task. It does not count as a poll. As tokio-test's <c>enter</c>.
    /// </remarks>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <param name="body">The code; it must not poll this task.</param>
    /// <returns>What the code returned.</returns>
    public Poll<TResult> Enter<TResult>(PollFunc<TResult> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        Ambient ambient = Ambient.Current;
        Strand? outer = Begin(ambient, out int budget);
        try
        {
            PollContext context = new(_strand.Target);
            return body(ref context);
        }
        finally
        {
            ambient.Strand = outer;
            ambient.Budget = budget;
        }
    }

    /// <summary>Cancels the future as the runtime would, and polls once: its cleanup runs to its first wait.</summary>
    /// <returns>Whether it has ended; if not, <see cref="Poll"/> goes on with the cleanup.</returns>
    public bool Cancel()
    {
        if (!IsCompleted)
        {
            Turn(cancel: true);
        }

        return IsCompleted;
    }

    /// <summary>Cancels what has not ended; cleanup that waits is dropped.</summary>
    public void Dispose()
    {
        if (!_begun && !IsCompleted)
        {
            IsCompleted = true;
            _failure = ExceptionDispatchInfo.Capture(new ObjectDisposedException(nameof(TestTask)));
            _source?.Abandon();
        }
        else if (!Cancel())
        {
            IsCompleted = true;
            _failure = ExceptionDispatchInfo.Capture(new ObjectDisposedException(nameof(TestTask)));
            _strand.DropFrames();
        }
    }

    private void Turn(bool cancel)
    {
        _strand.BeginTurn();
        if (_source is null)
        {
            IsCompleted = true;
            return;
        }

        Ambient ambient = Ambient.Current;
        ExecutionContext flow = ContextFlow.Remember(out bool suppressed);
        Strand? outer = Begin(ambient, out int budget);
        try
        {
            if (Drive(ambient, cancel))
            {
                IsCompleted = true;
                ambient.Strand = outer;
                _result = _source.Take(_token, ambient, out _failure);
            }
        }
        finally
        {
            ambient.Strand = outer;
            ambient.Budget = budget;
            ContextFlow.ComeBack(flow, suppressed);
        }
    }

    private Strand? Begin(Ambient ambient, out int budget)
    {
        Strand? outer = ambient.Strand;
        budget = ambient.Budget;
        ambient.Strand = _strand;
        ambient.Budget = Ambient.PollBudget;
        return outer;
    }

    private bool Drive(Ambient ambient, bool cancel)
    {
        if (_begun)
        {
            return cancel ? _strand.Cancel(ambient) : _strand.Resume(ambient);
        }

        _begun = true;
        if (cancel)
        {
            _source!.SetCancelled();
            return true;
        }

        return _strand.Begin(_source!, _token, ambient);
    }
}
