"""Addresses of this room."""

from django.urls import path

from yixiang.subsidies.pages import (
    answers,
    applications,
    flags,
    publicity,
    runs,
    simulation,
    statement_parts,
    statements,
)

app_name = "subsidies"
urlpatterns = [
    path("applications/", applications.applications, name="applications"),
    path("applications/new/", applications.apply, name="apply"),
    path("applications/sheet/<slug:kind>/", applications.sheet, name="applications-sheet"),
    path("applications/<slug:number>/", applications.application, name="application"),
    path("applications/<slug:number>/recover/", applications.recover, name="application-recover"),
    path("applications/<slug:number>/evidence/<int:event>/", applications.evidence, name="application-evidence"),
    path("flags/", flags.flags, name="flags"),
    path("flags/sheet/<slug:kind>/", flags.sheet, name="flags-sheet"),
    path("flags/watch/", flags.watch, name="watch"),
    path("flags/<int:pk>/", flags.flag, name="flag"),
    path("simulation/", simulation.simulation, name="simulation"),
    path("simulation/sheet/<slug:kind>/", simulation.sheet, name="simulation-sheet"),
    path("runs/", runs.runs, name="runs"),
    path("runs/<int:pk>/", runs.run, name="run"),
    path("runs/<int:pk>/do/<slug:action>/", runs.act, name="run-act"),
    path("runs/<int:pk>/sheet/<slug:kind>/", runs.sheet, name="run-sheet"),
    path("runs/<int:pk>/batch/<slug:kind>/", runs.batch, name="run-batch"),
    path("runs/<int:pk>/units/<int:unit>/", runs.unit, name="unit"),
    path("runs/<int:pk>/units/<int:unit>/sheet/<slug:kind>/", runs.lines, name="unit-sheet"),
    path("runs/<int:pk>/lines/<int:line>/", answers.line, name="line"),
    path("runs/<int:pk>/contests/<int:contest>/", answers.contest, name="contest"),
    path("runs/<int:pk>/contests/<int:contest>/evidence/", answers.evidence, name="evidence"),
    path("runs/<int:pk>/objections/<int:objection>/", answers.objection, name="objection"),
    path("runs/<int:pk>/awards/<int:award>/recover/", answers.recover, name="recover"),
    path("statements/", statements.statements, name="statements"),
    path("statements/sheet/<slug:kind>/", statements.sheet, name="statements-sheet"),
    path("statements/<int:pk>/", statements.statement, name="statement"),
    path("statements/<int:pk>/do/<slug:action>/", statements.act, name="statement-act"),
    path("statements/<int:pk>/figures/", statement_parts.figures, name="statement-figures"),
    path("statements/<int:pk>/instruments/<int:row>/", statement_parts.instrument, name="statement-row"),
    path("statements/<int:pk>/papers/", statement_parts.papers, name="statement-papers"),
    path("statements/<int:pk>/papers/<int:paper>/", statement_parts.paper, name="statement-paper"),
    path("statements/<int:pk>/sheet/<slug:kind>/", statement_parts.sheet, name="statement-sheet"),
    path("statements/<int:pk>/orders/<slug:kind>/", statement_parts.orders, name="statement-orders"),
]

public = (  # below the public site, in both languages
    [
        path("", publicity.notices, name="notices"),
        path("<int:pk>/", publicity.notice, name="notice"),
    ],
    "publicity",
)
