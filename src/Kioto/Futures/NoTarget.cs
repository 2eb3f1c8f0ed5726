namespace Kioto;

/// <summary>Stands for nobody, where a timer that was left in its wheel has its target.</summary>
internal sealed class NoTarget : WakeTarget
{
    internal static readonly NoTarget Instance = new();

    private NoTarget()
    {
    }

    internal override void Wake()
    {
    }
}
