namespace ModelChecking;

/// <summary>A spawned thread of a model.</summary>
internal readonly struct ModelHandle
{
    private readonly ModelThread _thread;

    internal ModelHandle(ModelThread thread) => _thread = thread;

    /// <summary>Waits for the thread's end. A failure of the thread fails the execution, not this call.</summary>
    internal void Join() => Model.CurrentThread.Execution.Join(Model.CurrentThread, _thread);
}
