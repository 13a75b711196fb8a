import 'reflect-metadata';
import {
  Controller,
  Get,
  Inject,
  Module,
  Req,
  type DynamicModule,
  type MiddlewareConsumer,
  type NestModule,
} from '@nestjs/common';
import type { Request } from 'express';
import { authOf, sallyport, type OptionsWithoutUsers, type Sallyport } from 'sallyport';

const PORT = Symbol('sallyport');

@Controller('notes')
class NotesController {
  @Get(':userId')
  list(@Req() request: Request): { of: string } {
    return { of: authOf(request).subject };
  }
}

/** NestJS 11 on Express. Its exception filter answers our errors by `statusCode`; it drops the WWW-Authenticate challenge. */
@Module({ controllers: [NotesController] })
export class AppModule implements NestModule {
  constructor(@Inject(PORT) private readonly port: Sallyport<undefined>) {}

  static with(options: OptionsWithoutUsers): DynamicModule {
    return { module: AppModule, providers: [{ provide: PORT, useFactory: () => sallyport(options) }] };
  }

  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(this.port).forRoutes('*path');
    consumer.apply(this.port.requireOwner('userId')).forRoutes('notes/:userId');
  }
}
