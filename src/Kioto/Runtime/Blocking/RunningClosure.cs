using System.Threading;

namespace Kioto;

/// <summary>A blocking closure that a thread runs.</summary>
/// <param name="Task">The closure's task.</param>
/// <param name="Thread">The thread.</param>
/// <param name="Pool">The name of the thread's pool.</param>
internal readonly record struct RunningClosure(TaskHeader Task, Thread Thread, string? Pool);
