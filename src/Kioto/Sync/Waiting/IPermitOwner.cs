namespace Kioto.Sync;

/// <summary>Whom a queue of permits belongs to that can be closed, and wants to know when the last ones are back.</summary>
internal interface IPermitOwner
{
    /// <summary>Permits that a waiter was given have come back after the end.</summary>
    void PermitsReturnedAfterClose();
}
