using System;

namespace Kioto;

/// <summary>
/// Cancelling the operation before it has completed, and beginning it anew, is as if it had never been begun: nothing is
/// lost. As Tokio's "cancel safe". Such an operation may be an arm of a select in a loop.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
public sealed class CancelSafeAttribute : Attribute;
