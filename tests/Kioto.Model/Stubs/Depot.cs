namespace Kioto;

/// <summary>There are no magazines to trim.</summary>
internal static class Depot
{
    internal static void TrimMagazines(Ambient ambient)
    {
    }
}
