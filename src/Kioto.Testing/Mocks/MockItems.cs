using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Testing;

/// <summary>An asynchronous sequence that follows a script of items, waits and failures. One consumer.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
public sealed class MockItems<T> : IAsyncEnumerable<T>, IDisposable
{
    private readonly Func<Future<T>>?[] _steps;
    private readonly TimeSpan[] _waits;
    private int _next;
    private bool _disposed;

    internal MockItems(Func<Future<T>>?[] steps, TimeSpan[] waits)
    {
        _steps = steps;
        _waits = waits;
    }

    /// <summary>Whether the script is at its end.</summary>
    public bool IsFinished => _next == _steps.Length;

    /// <summary>Enumerates what is left of the script. For <c>await foreach</c>.</summary>
    /// <returns>The enumerator.</returns>
    public Enumerator GetAsyncEnumerator() => new(this, default);

    /// <inheritdoc/>
    IAsyncEnumerator<T> IAsyncEnumerable<T>.GetAsyncEnumerator(CancellationToken cancellationToken) =>
        new Enumerator(this, cancellationToken);

    /// <summary>Asserts that the script is at its end.</summary>
    /// <exception cref="MockException">It is not.</exception>
    public void AssertFinished()
    {
        if (!IsFinished)
        {
            throw Unfinished();
        }
    }

    /// <summary>Asserts that the script is at its end, as <see cref="MockStream"/> does when it is disposed.</summary>
    /// <exception cref="MockException">It is not, and this is no test of <see cref="KiotoFactAttribute"/>, which would fail with it.</exception>
    public void Dispose()
    {
        if (_disposed || IsFinished)
        {
            return;
        }

        _disposed = true;
        if (TestScope.Current is { } test)
        {
            test.Add(Unfinished());
        }
        else
        {
            throw Unfinished();
        }
    }

    private MockException Unfinished() => new($"MockItems: the script has {_steps.Length - _next} step(s) left.");

    /// <summary>Enumerates a <see cref="MockItems{T}"/>.</summary>
    public sealed class Enumerator : IAsyncEnumerator<T>
    {
        private readonly MockItems<T> _items;
        private readonly CancellationToken _token;

        internal Enumerator(MockItems<T> items, CancellationToken token)
        {
            _items = items;
            _token = token;
        }

        /// <summary>The item that came last.</summary>
        public T Current { get; private set; } = default!;

        /// <summary>Waits for the next item. Cancelling it while the script waits begins that wait anew.</summary>
        /// <returns>Whether there was one. Throws what the script says.</returns>
        public async Future<bool> MoveNextAsync()
        {
            while (!_items.IsFinished)
            {
                int place = _items._next;
                if (_items._steps[place] is not { } step)
                {
                    await Kio.Sleep(_items._waits[place]);
                    _items._next++;
                    continue;
                }

                _items._next++;
                Current = await step();
                return true;
            }

            return false;
        }

        /// <summary>Does nothing.</summary>
        /// <returns>A future that is ready.</returns>
        public Future DisposeAsync() => Future.Completed;

        /// <inheritdoc/>
        ValueTask<bool> IAsyncEnumerator<T>.MoveNextAsync() => _token.IsCancellationRequested
            ? ValueTask.FromCanceled<bool>(_token)
            : new ValueTask<bool>(MoveNextAsync().WithCancellation(_token).AsTask());

        /// <inheritdoc/>
        ValueTask IAsyncDisposable.DisposeAsync() => default;
    }
}
