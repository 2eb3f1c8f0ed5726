using System;
using System.Collections.Generic;
using System.Threading;

namespace Kioto.Testing;

/// <summary>What is found wrong during a Kioto test beside what its method throws. It flows with the test's code.</summary>
internal sealed class TestScope
{
    private static readonly AsyncLocal<TestScope?> s_current = new();

    private readonly Lock _lock = new();

    // INVARIANT: guarded by the lock.
    private readonly List<Exception> _failures = [];

    private TestScope()
    {
    }

    /// <summary>The scope of the test that runs here; null outside Kioto's attributes.</summary>
    internal static TestScope? Current => s_current.Value;

    /// <summary>Opens a scope for the calling thread's test.</summary>
    /// <returns>The scope.</returns>
    internal static TestScope Open()
    {
        TestScope scope = new();
        s_current.Value = scope;
        return scope;
    }

    /// <summary>The test fails with this, unless its method throws: then that is the cause. Any thread.</summary>
    /// <param name="failure">What is wrong.</param>
    internal void Add(Exception failure)
    {
        using (_lock.EnterScope())
        {
            _failures.Add(failure);
        }
    }

    /// <summary>Throws what was added.</summary>
    /// <param name="what">What to say of several.</param>
    internal void ThrowIfFailed(string what)
    {
        using (_lock.EnterScope())
        {
            switch (_failures.Count)
            {
                case 0:
                    return;
                case 1:
                    throw _failures[0];
                default:
                    throw new AggregateException(what, _failures);
            }
        }
    }
}
