"""The service contract: made when an order is accepted, confirmed by each side with time and person."""

import hashlib
import json
from datetime import datetime

from django.db import transaction

from yixiang.kernel.errors import Unseen, WrongState
from yixiang.kernel.periods import local_date
from yixiang.orders import law
from yixiang.orders.commands.telling import instruments_said, tell_customer
from yixiang.orders.commands.writing import lock, record, sides_of
from yixiang.orders.models import Contract, Order
from yixiang.orders.states import ENDED, PLACE, SERVE
from yixiang.people.models import Person

VOID = frozenset(ENDED) - {"completed"}


def make_contract(
    order: Order, *, actor: Person | None, now: datetime, customer: Person | None = None
) -> Contract | None:
    """Accepting confirms it for the provider, as its terms do where they accept; agreeing to an offer does for the
    customer. Own use needs none."""
    pack = law.pack_of(order.provider, on=local_date(now))
    if order.internal or pack is None:
        return None
    names = "、".join(dict.fromkeys(order.lines.values_list("instrument__name", flat=True)))
    words = {
        "provider": order.provider.name,
        "customer": order.customer.name,
        "instruments": f"“{names}”",
        "number": order.number,
    }
    clauses = [{"title": one.title, "text": one.text.format(**words)} for one in pack.values.clauses.value]
    basis = {"pack": pack.jurisdiction, "from": pack.start.isoformat(), "digest": pack.digest,
             "article": pack.values.clauses.cited.article}  # fmt: skip
    digest = hashlib.sha256(json.dumps(clauses, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    made, _new = Contract.objects.update_or_create(
        order=order,
        defaults={
            "clauses": clauses, "digest": digest, "basis": basis, "made_at": now,
            "provider_at": now, "provider_by": actor, "provider_label": str(actor) if actor else "按预约条件自动受理",
            "customer_at": now if customer else None, "customer_by": customer,
            "customer_label": str(customer) if customer else "",
        },
    )  # fmt: skip
    if customer is None:
        tell_customer(
            order, f"请确认服务合同：{instruments_said(order)}", "受理时已生成服务合同，请核对条款后确认。",
            button="看合同", now=now, key=f"contract-{order.version}",
        )  # fmt: skip
    return made


@transaction.atomic
def confirm_contract(order: Order, *, actor: Person, now: datetime) -> Contract:
    """By the side that has not confirmed; once more changes nothing."""
    order = lock(order)
    contract: Contract | None = Contract.objects.select_for_update().filter(order=order).first()
    sides = sides_of(order, actor)
    if contract is None or not sides:
        raise Unseen("这张预约单没有需要您确认的合同。")
    if order.state in VOID:
        raise WrongState("预约单已经结束，合同不再需要确认。")
    if PLACE in sides and contract.customer_at is None:
        contract.customer_at, contract.customer_by, contract.customer_label = now, actor, str(actor)
    elif SERVE in sides and contract.provider_at is None:
        contract.provider_at, contract.provider_by, contract.provider_label = now, actor, str(actor)
    else:
        return contract
    contract.save()
    record(order, "contract", "确认服务合同", actor=actor, now=now)
    return contract
