namespace Kioto;

/// <summary>One who has something of a primitive, or waits for it.</summary>
/// <param name="Target">Who polls; null when that is not known.</param>
/// <param name="Role">What it does or did there: <c>read</c>.</param>
/// <param name="Permits">How many permits it has or wants; 0 where there are none.</param>
/// <param name="Place">The waiter's place in the list; null for who waits in none, and for who has.</param>
/// <param name="InOrder">Whether nobody behind it gets permits before it.</param>
internal readonly record struct Party(WakeTarget? Target, string Role, long Permits = 0, object? Place = null, bool InOrder = false);
