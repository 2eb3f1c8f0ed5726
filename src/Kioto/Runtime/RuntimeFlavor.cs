namespace Kioto;

/// <summary>How a runtime schedules its tasks. As Tokio's <c>RuntimeFlavor</c>.</summary>
public enum RuntimeFlavor
{
    /// <summary>No threads of its own: whoever calls BlockOn runs the tasks.</summary>
    CurrentThread,

    /// <summary>A <see cref="LocalRuntime"/>: as a current-thread one, bound to the thread that built it.</summary>
    Local,

    /// <summary>Workers that steal work from one another.</summary>
    MultiThread,

    /// <summary>Workers that share nothing: a task stays on the one it was spawned on.</summary>
    PerCore,
}
