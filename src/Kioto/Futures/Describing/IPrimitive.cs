namespace Kioto;

/// <summary>Something that tasks share and wait on: a lock, a signal, a channel. It says for a dump who waits and who has it.</summary>
internal interface IPrimitive
{
    /// <summary>Says what it is, who has it, and who waits in which order. On any thread, while it is used.</summary>
    /// <param name="into">Where to say it.</param>
    void Describe(PrimitiveDescription into);
}
