namespace Kioto.Tests;

/// <summary>Tests that measure the process, or starve it: nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SerialCollection
{
    public const string Name = "serial";
}
