namespace ModelChecking;

/// <summary>The state of a lock whose waiting is the explorer's business.</summary>
internal sealed class ModelLock
{
    internal ModelThread? Owner { get; set; }

    /// <summary>How often the owner has entered.</summary>
    internal int Depth { get; set; }
}
