"""Bugs that anybody might write into the protocol. The worlds find each of them: else they would prove nothing.

Each alters a piece of the code as it is. Where that code has moved, the bug cannot be planted and says so.
"""

from __future__ import annotations

from tests.simulation.planting import Bug

BUGS = (
    Bug(
        name="close-without-condition",
        module="groundswell.ledger.waves",
        right="""    store.write(
        step(execution, also=change, remove=stopped),
        _move(wave, to, when),
        fact(execution, told,""",
        wrong="""    key = keys.wave_key(wave.execution_id, wave.wave)
    head = keys.execution_key(execution.execution_id)
    store.write(
        Update(head, set={"version": execution.version + 1, **change}, remove=stopped),
        Update(key, set={"status": to, "version": wave.version + 1, **when}),
        fact(execution, told,""",
        worlds=800,
    ),
    Bug(
        name="early-return-on-a-duplicate",
        module="groundswell.reactions.record_outcome",
        right="            self._after_duplicates(lane, marked.duplicates, tally)\n",
        wrong="            self._after_duplicates(lane, marked.duplicates, tally)\n"
        "            if marked.duplicates:\n                return\n",
        worlds=100,
    ),
    Bug(
        name="fact-after-instead-of-within-the-transaction",
        module="groundswell.ledger.waves",
        right="""        _move(wave, WaveStatus.RUNNING, {"started_at": to_text(at)}),
        fact(execution, told, subject=_subject(wave), cause=cause, at=at),
    )""",
        wrong="""        _move(wave, WaveStatus.RUNNING, {"started_at": to_text(at)}),
    )
    store.write(fact(execution, told, subject=_subject(wave), cause=cause, at=at))""",
        worlds=10,
    ),
    Bug(
        name="claim-shorter-than-its-process",
        module="groundswell.reactions.recover.work",
        right="CLAIM_GRACE = timedelta(seconds=15)",
        wrong="CLAIM_GRACE = timedelta(seconds=-25)",
        worlds=300,
    ),
    Bug(
        name="claim-of-the-living-taken",
        module="groundswell.ledger.orders",
        right='free = any_of(Absent("claim_until"), Below("claim_until", to_text(now)))',
        wrong='free = any_of(Absent("claim_until"), Present("claim_until"))',
        worlds=100,
    ),
    Bug(
        name="call-before-intent",
        module="groundswell.reactions.recover.acting",
        right="""    intent = orders.begin_intent(store, session.order, session.claim, wanted, started=session.started)
""",
        wrong="""    act(session.look, session.targets(wanted.resource_ids, phase), wanted.key)
    intent = orders.begin_intent(store, session.order, session.claim, wanted, started=session.started)
""",
        worlds=10,
    ),
    Bug(
        name="call-repeated-at-once",
        module="groundswell.reactions.recover.observing",
        right="    return session.now >= from_text(intent.at) + session.technology.settle\n",
        wrong="    return session.now >= from_text(intent.at)\n",
        worlds=300,
    ),
    Bug(
        name="save-before-say",
        module="groundswell.reactions.recover.work",
        right="""        orders.release(self.store, session.order, session.claim, save)
""",
        wrong="""        orders.release(self.store, session.order, session.claim, save)
        tell(self.bus, session.order, session.ended_now, at=now)
""",
        worlds=10,
        and_also=("        tell(self.bus, session.order, session.ended_now, at=now)\n        idle", "        idle"),
    ),
    Bug(
        name="unnumbered-looks",
        module="groundswell.reactions.recover.timetable",
        right="        return wanted.number == order.look\n",
        wrong="        return True\n",
        worlds=100,
    ),
    Bug(
        name="lost-timer-not-replaced",
        module="groundswell.reactions.recover.work",
        right="        elif wanted.comes_again:\n",
        wrong="        elif wanted.comes_again and self.timetable.is_due(order, wanted):\n",
        worlds=100,
    ),
    Bug(
        name="unsorted-holds",
        module="groundswell.ledger.holding",
        right="sorted(left, key=lambda each: each.resource_id)",
        wrong='sorted(left, key=lambda each: each.resource_id, reverse=execution.request_id == "first")',
        worlds=1000,
        missed_by=200,
    ),
    Bug(
        name="foreign-hold-overwritten",
        module="groundswell.ledger.holding",
        right="""        Put({**_hold_key_of(planned), **hold.as_item()}, condition=free),""",
        wrong="""        Put({**_hold_key_of(planned), **hold.as_item()}),""",
        worlds=50,
    ),
    Bug(
        name="outcome-believed-without-its-token",
        module="groundswell.reactions.record_outcome",
        right="    if answer.token != order.token:\n",
        wrong="    if not answer.token:\n",
        worlds=100,
    ),
    Bug(
        name="outcome-believed-from-anybody",
        module="groundswell.reactions.record_outcome",
        right='    if heard.source != f"{TECHNOLOGY_SOURCE}{order.technology}":\n',
        wrong='    if heard.source == "nobody":\n',
        worlds=100,
    ),
    Bug(
        name="outcome-counted-twice",
        module="groundswell.ledger.marking",
        right=', Equals("attempt", attempt), OneOf("state", OPEN_RESOURCE))',
        wrong=', Equals("attempt", attempt))',
        worlds=50,
    ),
    Bug(
        name="order-cut-again",
        module="groundswell.ledger.orders",
        right="""store.write(order_put(order), *(_give(""",
        wrong="""store.write(Put(order_put(order).item))
        store.write(*(_give(""",
        worlds=100,
    ),
    Bug(
        name="next-wave-before-the-last-is-closed",
        module="groundswell.domain.decisions",
        right="        if _is_passed(wave):\n",
        wrong="        if _is_passed(wave) or (wave.status is WaveStatus.RUNNING and wave.remaining <= 1):\n",
        worlds=50,
    ),
    Bug(
        name="published-mark-before-publishing",
        module="groundswell.reactions.relay_events",
        right="        refused = self._publish(facts)\n",
        wrong="        for fact in facts:\n            mark_published(self.store, fact)\n"
        "        refused = self._publish(facts)\n",
        worlds=200,
    ),
    Bug(
        name="success-declared-without-looking",
        module="groundswell.reactions.recover.acting",
        right="""        _note_all(session, intent.resource_ids, "asked for")
        session.under_way.update(intent.resource_ids)
""",
        wrong="""        for name in intent.resource_ids:
            session.end(name, Ending.RECOVERED)
""",
        worlds=10,
    ),
    Bug(
        name="claim-on-a-look-that-is-over",
        module="groundswell.ledger.orders",
        right='Equals("claim", order.claim), Equals("look", order.look), free',
        wrong='Equals("claim", order.claim), free',
        worlds=600,
        missed_by=250,
    ),
    Bug(
        name="silence-not-noticed",
        module="groundswell.reactions.sweep",
        right="            self.ordering.request(silent)\n",
        wrong="",
        worlds=200,
    ),
    Bug(
        name="intent-without-the-barrier",
        module="groundswell.ledger.orders",
        right="        gates.open_check(order.execution_id, intent.key),\n",
        wrong='        Check(keys.gate_key(order.execution_id, 0), Present("open")),\n',
        worlds=600,
        missed_by=50,
    ),
    Bug(
        name="pause-leaves-a-gate-open",
        module="groundswell.ledger.control",
        right="""        step(execution, within=(ExecutionStatus.RUNNING,), also=change),
        *gates.closed(execution.execution_id),
""",
        wrong="""        step(execution, within=(ExecutionStatus.RUNNING,), also=change),
        *gates.closed(execution.execution_id)[1:],
""",
        worlds=50,
    ),
    Bug(
        name="resume-leaves-a-gate-closed",
        module="groundswell.ledger.control",
        right="        *gates.opened(execution.execution_id),\n",
        wrong="        *gates.opened(execution.execution_id)[1:],\n",
        worlds=100,
    ),
    Bug(
        name="decision-from-anybody",
        module="groundswell.reactions.control_execution",
        right="        if commanded.source != DOOR_SOURCE:\n",
        wrong="        if not commanded.source:\n",
        worlds=100,
    ),
    Bug(
        name="command-decided-twice",
        module="groundswell.reactions.control_execution",
        right="        if seen.is_answered:\n            return False\n",
        wrong="",
        worlds=100,
    ),
    Bug(
        name="retry-not-counted",
        module="groundswell.ledger.reopening",
        right='            "remaining": len(resources),\n',
        wrong='            "remaining": 0,\n',
        worlds=200,
    ),
    Bug(
        name="skip-without-closing",
        module="groundswell.reactions.control_execution",
        right="                try_close(self.store, self.clock, commanded.execution_id, command.wave, "
        "cause=decision.command_id)\n",
        wrong="",
        worlds=200,
    ),
    Bug(
        name="deadlines-run-while-a-wave-is-held",
        module="groundswell.ledger.waves",
        right="    change, stopped = clock(execution, stands=stands_still(execution.status, to), at=at)\n",
        wrong="    change, stopped = clock(execution, stands=False, at=at)\n",
        worlds=200,
    ),
)
