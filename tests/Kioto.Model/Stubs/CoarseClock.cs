namespace Kioto;

/// <summary>It does not go on within an execution, unless a model moves it.</summary>
internal static class CoarseClock
{
    internal static long Now { get; set; }
}
