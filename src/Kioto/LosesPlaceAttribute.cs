using System;

namespace Kioto;

/// <summary>
/// Cancelling the operation loses its place in a queue and nothing else: begun anew, it waits behind the others. In a
/// loop that cancels it each time it may wait for ever.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
public sealed class LosesPlaceAttribute : Attribute;
