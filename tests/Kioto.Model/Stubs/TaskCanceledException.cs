using System;

namespace Kioto;

internal sealed class TaskCanceledException(Task task) : OperationCanceledException
{
    internal Task Task { get; } = task;
}
