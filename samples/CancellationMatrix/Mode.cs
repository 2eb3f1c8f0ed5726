namespace CancellationMatrix;

/// <summary>How a program is cancelled at a step.</summary>
internal enum Mode
{
    /// <summary>From outside, while it waits there.</summary>
    WhileWaiting,

    /// <summary>By itself, right before it waits there.</summary>
    ByItself,
}
