namespace Kioto;

/// <summary>Time stands still, unless a model moves it.</summary>
internal static class Clock
{
    internal static long Now { get; set; }
}
