namespace Kioto.Sync;

/// <summary>Nobody takes dumps of models, and executions must not depend on each other.</summary>
internal static class Leases
{
    internal static object? Add(Lease lease) => null;

    internal static void Describe(object owner, PrimitiveDescription into, string role)
    {
    }
}
