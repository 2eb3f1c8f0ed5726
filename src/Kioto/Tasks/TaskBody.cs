namespace Kioto;

/// <summary>What a task's body field holds, so that reading it needs no type test.</summary>
internal enum TaskBody : byte
{
    /// <summary>A source that is to be started or has been: the outcome is taken from it.</summary>
    Source,

    /// <summary><c>Func&lt;Future&lt;T&gt;&gt;</c>, or <c>Func&lt;Future&gt;</c> of a task without result.</summary>
    FutureFunc,

    /// <summary><c>Func&lt;Task&lt;T&gt;&gt;</c>, or <c>Func&lt;Task&gt;</c> of a task without result.</summary>
    TaskFunc,

    /// <summary><c>Func&lt;T&gt;</c>, or <c>Action</c> of a task without result: a blocking closure.</summary>
    Closure,

    /// <summary><c>Func&lt;CancellationToken, T&gt;</c>, or <c>Action&lt;CancellationToken&gt;</c>: a blocking closure that can be told to stop.</summary>
    TokenClosure,

    /// <summary>Nothing: the outcome is already here.</summary>
    None,
}
