namespace CancellationMatrix;

/// <summary>What a frame has around its await.</summary>
internal enum Shape
{
    /// <summary>Nothing: it may be dropped.</summary>
    Plain,

    Finally,

    /// <summary>A finally that awaits.</summary>
    FinallyThatAwaits,

    /// <summary>A catch that swallows the cancellation.</summary>
    Swallow,

    /// <summary>A catch that lets it pass.</summary>
    Rethrow,

    AwaitUsing,

    Shield,
}
