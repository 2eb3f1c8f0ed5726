using System;
using System.Collections.Generic;

namespace Kioto.Testing;

/// <summary>Writes the script of a <see cref="MockItems{T}"/>. As tokio-test's <c>StreamMockBuilder</c>.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
public sealed class MockItemsBuilder<T>
{
    private readonly List<Func<Future<T>>?> _steps = [];
    private readonly List<TimeSpan> _waits = [];

    /// <summary>The next item.</summary>
    /// <param name="item">The item.</param>
    /// <returns>This builder.</returns>
    public MockItemsBuilder<T> Next(T item) => Add(() => Future.FromResult(item), default);

    /// <summary>Waits on the runtime's clock before what follows.</summary>
    /// <param name="duration">Zero or more.</param>
    /// <returns>This builder.</returns>
    public MockItemsBuilder<T> Wait(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        return Add(null, duration);
    }

    /// <summary>Fails instead of giving an item; the script goes on if it is asked again.</summary>
    /// <param name="failure">How.</param>
    /// <returns>This builder.</returns>
    public MockItemsBuilder<T> Error(Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return Add(() => throw failure, default);
    }

    /// <summary>Makes the mock.</summary>
    /// <returns>The mock. Dispose it: that fails if the script is not at its end.</returns>
    public MockItems<T> Build() => new([.. _steps], [.. _waits]);

    private MockItemsBuilder<T> Add(Func<Future<T>>? step, TimeSpan wait)
    {
        _steps.Add(step);
        _waits.Add(wait);
        return this;
    }
}
