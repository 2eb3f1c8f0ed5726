using System;

namespace Kioto.Testing;

/// <summary>A test ended while tasks that it had spawned were alive.</summary>
public sealed class LeakedTasksException : Exception
{
    internal LeakedTasksException(int count)
        : base(
            $"{count} task(s) of this test are still alive at its end. Await their handles, abort and join them, or set " +
            "AllowLeakedTasks.") => Count = count;

    /// <summary>How many.</summary>
    public int Count { get; }
}
