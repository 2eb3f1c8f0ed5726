using System;
using System.Runtime.CompilerServices;
using Xunit;
using Xunit.v3;

namespace Kioto.Testing;

/// <summary>A test that runs on a Kioto runtime of its own.</summary>
/// <remarks>
/// As Tokio's <c>#[tokio::test]</c>. The method returns <see cref="Future"/>, a Task, a ValueTask, or nothing; it runs in
/// the new runtime's BlockOn, on a thread of its own, and the runtime is disposed after it. The test fails when the
/// method does; when a detached task failed; and when a task is still alive at the end.
/// </remarks>
/// <param name="sourceFilePath">Filled in by the compiler.</param>
/// <param name="sourceLineNumber">Filled in by the compiler.</param>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer(typeof(KiotoFactDiscoverer))]
public sealed class KiotoFactAttribute(
    [CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
    : FactAttribute(sourceFilePath, sourceLineNumber), IKiotoTest
{
    /// <summary>Which kind of runtime. Default: current-thread.</summary>
    public RuntimeFlavor Flavor { get; set; }

    /// <summary>Worker threads of a multi-thread or per-core runtime. Default: 2.</summary>
    public int WorkerThreads { get; set; } = 2;

    /// <summary>Whether the clock begins paused; see <see cref="RuntimeClock"/>. On a current-thread runtime only.</summary>
    public bool StartPaused { get; set; }

    /// <summary>Whether tasks may still be alive when the method has ended. They are aborted then.</summary>
    public bool AllowLeakedTasks { get; set; }
}
