namespace CancellationMatrix;

/// <summary>What a program awaits at one of its steps.</summary>
internal enum Op
{
    /// <summary>Nothing to wait for.</summary>
    Ready,

    /// <summary>Another turn.</summary>
    Yield,

    /// <summary>A leaf, until it is opened.</summary>
    Leaf,

    /// <summary>The same, in a frame of its own.</summary>
    NestedLeaf,

    /// <summary>A .NET Task, until it is completed. What follows are its siblings: each has an awaiter of its own.</summary>
    Task,

    TaskOfInt,

    TaskOfString,

    ConfiguredTask,

    ConfiguredTaskOfInt,

    ValueTask,

    ValueTaskOfInt,

    ValueTaskOfString,

    ConfiguredValueTaskOfString,
}
