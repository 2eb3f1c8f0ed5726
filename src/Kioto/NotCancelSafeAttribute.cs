using System;

namespace Kioto;

/// <summary>
/// Cancelling the operation may leave it half done, or lose what it had taken: nobody learns how far it came. Don't make
/// it an arm of a select in a loop; finish it, keep it pinned across turns, or run it as a task of its own.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
public sealed class NotCancelSafeAttribute : Attribute;
