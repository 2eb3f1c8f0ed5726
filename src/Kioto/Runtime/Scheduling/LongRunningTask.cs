using System.Threading.Tasks;

namespace Kioto;

/// <summary>A LongRunning Task of a runtime's TaskScheduler, on the blocking pool.</summary>
internal sealed class LongRunningTask(RuntimeTaskScheduler owner, Task task) : IBlockingWork
{
    public void Run() => owner.Execute(task);

    /// <summary>The pool is closed: the Task must end all the same, and gets a thread of its own, as .NET gives it one.</summary>
    public void Refuse() => Threads.Start(Run, "kioto-long-running");
}
